# What is measured, what is promised, and when somebody is told. README.md says of each alert what to do.

locals {
  services = join(", ", [for name in sort(keys(var.public)) : "\"${name}\""])
  quick    = join(", ", [for name in sort([for name, asks in var.public : name if !asks]) : "\"${name}\""])
  readme   = "What to do: infrastructure/modules/monitoring/README.md"
  channels = [for one in google_monitoring_notification_channel.email : one.id]

  # Events that the functions log, by the alert that they raise: how many within how many seconds are too many.
  events = {
    dead_letters     = { event = "message.dead", most = 0, within = 300, severity = "ERROR", title = "A message was given up" }
    unknown_mails    = { event = "mail.unknown", most = 0, within = 300, severity = "WARNING", title = "Nobody knows whether a mail went out" }
    failed_requests  = { event = "request.failed", most = 5, within = 300, severity = "ERROR", title = "Requests fail with a fault of ours" }
    failed_streams   = { event = "stream.failed", most = 5, within = 300, severity = "ERROR", title = "Answers break off" }
    unread_tasks     = { event = "task.unreadable", most = 0, within = 300, severity = "ERROR", title = "A task names no message" }
    unsent_messages  = { event = "message.unsent", most = 20, within = 600, severity = "WARNING", title = "Tasks cannot be created" }
    models_down      = { event = "model.unavailable", most = 20, within = 600, severity = "WARNING", title = "The language model does not answer" }
    reused_sessions  = { event = "session.reuse_detected", most = 20, within = 3600, severity = "WARNING", title = "Refresh tokens are used twice" }
    failed_documents = { event = "document.not_embedded", most = 20, within = 3600, severity = "WARNING", title = "Documents get no vectors" }
  }
}

# For how long what happened can be read; audit logs of who administers what have a bucket of their own, for 400 days.
resource "google_logging_project_bucket_config" "default" {
  project        = var.project
  location       = "global"
  bucket_id      = "_Default"
  retention_days = var.log_days
}

resource "google_monitoring_notification_channel" "email" {
  for_each = toset(var.alert_emails)

  display_name = each.key
  type         = "email"
  labels       = { email_address = each.key }
}

resource "google_logging_metric" "event" {
  for_each = local.events

  name   = each.key
  filter = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"${each.value.event}\""
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    labels {
      key = "function"
    }
  }
  label_extractors = { function = "EXTRACT(jsonPayload.function)" }
}

resource "google_logging_metric" "ai_cost" {
  name            = "ai_cost_micros"
  description     = "Millionths of a US dollar, of each call of a model"
  filter          = "resource.type=\"cloud_run_revision\" AND jsonPayload.message=\"model.called\""
  value_extractor = "EXTRACT(jsonPayload.cost_micros)"
  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "1"
    labels {
      key = "model"
    }
  }
  label_extractors = { model = "EXTRACT(jsonPayload.model)" }
  bucket_options {
    exponential_buckets {
      num_finite_buckets = 24
      growth_factor      = 2
      scale              = 1
    }
  }
}

resource "google_monitoring_alert_policy" "event" {
  for_each = local.events

  display_name          = each.value.title
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels

  conditions {
    display_name = each.value.event
    condition_threshold {
      filter          = "metric.type=\"logging.googleapis.com/user/${google_logging_metric.event[each.key].name}\" AND resource.type=\"cloud_run_revision\""
      comparison      = "COMPARISON_GT"
      threshold_value = each.value.most
      duration        = "0s"
      aggregations {
        alignment_period     = "${each.value.within}s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = "${each.value.event}: more than ${each.value.most} within ${each.value.within} seconds. ${local.readme}"
  }
  alert_strategy {
    auto_close = "86400s"
  }
}

resource "google_monitoring_alert_policy" "queue_depth" {
  display_name          = "A queue does not keep up"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "more than 1,000 tasks for 15 minutes"
    condition_threshold {
      filter          = "metric.type=\"cloudtasks.googleapis.com/queue/depth\" AND resource.type=\"cloud_tasks_queue\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1000
      duration        = "900s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_MEAN"
        cross_series_reducer = "REDUCE_MAX"
        group_by_fields      = ["resource.label.queue_id"]
      }
    }
  }

  documentation {
    content = local.readme
  }
}

resource "google_monitoring_alert_policy" "failed_events" {
  count = length(var.events) == 0 ? 0 : 1

  display_name          = "Events of new files are not taken"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "answers other than 2xx"
    condition_threshold {
      filter          = "metric.type=\"run.googleapis.com/request_count\" AND resource.type=\"cloud_run_revision\" AND resource.label.service_name=one_of(${join(", ", [for name in var.events : "\"${name}\""])}) AND metric.label.response_code_class!=\"2xx\""
      comparison      = "COMPARISON_GT"
      threshold_value = 5
      duration        = "0s"
      aggregations {
        alignment_period     = "600s"
        per_series_aligner   = "ALIGN_DELTA"
        cross_series_reducer = "REDUCE_SUM"
      }
    }
  }

  documentation {
    content = local.readme
  }
}

resource "google_monitoring_alert_policy" "dead_events" {
  count = var.dead_events == null ? 0 : 1

  display_name          = "Events of new files were given up"
  combiner              = "OR"
  severity              = "ERROR"
  notification_channels = local.channels

  conditions {
    display_name = "any is kept"
    condition_threshold {
      filter          = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND resource.type=\"pubsub_subscription\" AND resource.label.subscription_id=\"${var.dead_events}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    content = local.readme
  }
}

resource "google_monitoring_alert_policy" "ai_spend" {
  display_name          = "AI costs more than was meant"
  combiner              = "OR"
  severity              = "WARNING"
  notification_channels = local.channels

  conditions {
    display_name = "more than ${var.daily_ai_dollars} dollars a day"
    condition_prometheus_query_language {
      # The sum of a distribution: what all calls of a day cost together.
      query               = "sum(increase(logging_googleapis_com:user_${google_logging_metric.ai_cost.name}_sum{monitored_resource=\"cloud_run_revision\"}[1d])) / 1e6 > ${var.daily_ai_dollars}"
      duration            = "0s"
      evaluation_interval = "300s"
    }
  }

  documentation {
    content = local.readme
  }
}

resource "google_monitoring_uptime_check_config" "status" {
  display_name = "GET /v1/status"
  timeout      = "10s"
  period       = "60s"

  http_check {
    path         = "/v1/status"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }
  content_matchers {
    content = "\"ok\""
    matcher = "CONTAINS_STRING"
  }
  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project, host = var.host }
  }
}

resource "google_monitoring_alert_policy" "down" {
  display_name          = "The platform does not answer"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = local.channels

  conditions {
    display_name = "two regions or more fail for two minutes"
    condition_threshold {
      filter          = "metric.type=\"monitoring.googleapis.com/uptime_check/check_passed\" AND resource.type=\"uptime_url\" AND metric.label.check_id=\"${google_monitoring_uptime_check_config.status.uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"
      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }

  documentation {
    content = local.readme
  }
}

resource "google_billing_budget" "monthly" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "Scholium ${var.environment}"

  budget_filter {
    projects = ["projects/${var.project}"]
  }
  amount {
    specified_amount {
      currency_code = var.budget.currency
      units         = tostring(var.budget.units)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }

  dynamic "all_updates_rule" {
    for_each = length(local.channels) == 0 ? [] : [true]
    content {
      monitoring_notification_channels = slice(local.channels, 0, min(5, length(local.channels)))
    }
  }
}
