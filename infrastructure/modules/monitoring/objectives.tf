# What is promised: 99.9 % of requests are not refused by a fault of ours, 95 % of those that ask no model take 200 ms.

locals {
  requests = "resource.type=\"cloud_run_revision\" resource.label.service_name=one_of(${local.services})"

  # The budget of a month burnt within two days, or within ten: the longer window shows that it lasts, the shorter
  # that it has not stopped (https://sre.google/workbook/alerting-on-slos/).
  burns = {
    fast = { rate = 14.4, long = "3600s", short = "300s", severity = "CRITICAL" }
    slow = { rate = 3, long = "86400s", short = "7200s", severity = "WARNING" }
  }
  objectives = { availability = google_monitoring_slo.availability.name, latency = google_monitoring_slo.latency.name }
  alerts     = { for pair in setproduct(keys(local.objectives), keys(local.burns)) : "${pair[0]}-${pair[1]}" => merge(local.burns[pair[1]], { objective = pair[0] }) }
}

resource "google_monitoring_custom_service" "api" {
  service_id   = "api"
  display_name = "The API"
}

resource "google_monitoring_slo" "availability" {
  service             = google_monitoring_custom_service.api.service_id
  slo_id              = "availability"
  display_name        = "99.9 % are answered without a fault of ours"
  goal                = 0.999
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      total_service_filter = "metric.type=\"run.googleapis.com/request_count\" ${local.requests}"
      bad_service_filter   = "metric.type=\"run.googleapis.com/request_count\" ${local.requests} metric.label.response_code_class=\"5xx\""
    }
  }
}

resource "google_monitoring_slo" "latency" {
  service             = google_monitoring_custom_service.api.service_id
  slo_id              = "latency"
  display_name        = "95 % of requests that ask no model take less than 200 ms"
  goal                = 0.95
  rolling_period_days = 28

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"run.googleapis.com/request_latencies\" resource.type=\"cloud_run_revision\" resource.label.service_name=one_of(${local.quick})"
      range {
        max = 200
      }
    }
  }
}

resource "google_monitoring_alert_policy" "burn" {
  for_each = local.alerts

  display_name          = "The ${each.value.objective} budget burns ${each.value.rate} times too fast"
  combiner              = "AND"
  severity              = each.value.severity
  notification_channels = local.channels

  dynamic "conditions" {
    for_each = { long = each.value.long, short = each.value.short }
    content {
      display_name = "over ${conditions.value}"
      condition_threshold {
        filter          = "select_slo_burn_rate(\"${local.objectives[each.value.objective]}\", \"${conditions.value}\")"
        comparison      = "COMPARISON_GT"
        threshold_value = each.value.rate
        duration        = "0s"
      }
    }
  }

  documentation {
    content = local.readme
  }
}
