locals {
  # Title -> what is drawn: a filter, how a series is aligned, how series are joined and by what.
  charts = [
    { title = "Requests by answer", filter = "metric.type=\"run.googleapis.com/request_count\" resource.type=\"cloud_run_revision\"", align = "ALIGN_RATE", reduce = "REDUCE_SUM", by = ["metric.label.response_code_class"] },
    { title = "Latency, p95, of endpoints that ask no model", filter = "metric.type=\"run.googleapis.com/request_latencies\" resource.type=\"cloud_run_revision\" resource.label.service_name=one_of(${local.quick})", align = "ALIGN_PERCENTILE_95", reduce = "REDUCE_MAX", by = ["resource.label.service_name"] },
    { title = "Instances", filter = "metric.type=\"run.googleapis.com/container/instance_count\" resource.type=\"cloud_run_revision\"", align = "ALIGN_MAX", reduce = "REDUCE_SUM", by = ["resource.label.service_name"] },
    { title = "Cold starts, p95", filter = "metric.type=\"run.googleapis.com/container/startup_latencies\" resource.type=\"cloud_run_revision\"", align = "ALIGN_PERCENTILE_95", reduce = "REDUCE_MAX", by = ["resource.label.service_name"] },
    { title = "Queue depth", filter = "metric.type=\"cloudtasks.googleapis.com/queue/depth\" resource.type=\"cloud_tasks_queue\"", align = "ALIGN_MEAN", reduce = "REDUCE_MAX", by = ["resource.label.queue_id"] },
    { title = "Documents read", filter = "metric.type=\"firestore.googleapis.com/document/read_count\" resource.type=\"firestore_instance\"", align = "ALIGN_RATE", reduce = "REDUCE_SUM", by = [] },
    { title = "Documents written", filter = "metric.type=\"firestore.googleapis.com/document/write_count\" resource.type=\"firestore_instance\"", align = "ALIGN_RATE", reduce = "REDUCE_SUM", by = [] },
    { title = "Events that raise alerts", filter = "metric.type=monitoring.regex.full_match(\"logging.googleapis.com/user/(${join("|", sort(keys(local.events)))})\") resource.type=\"cloud_run_revision\"", align = "ALIGN_DELTA", reduce = "REDUCE_SUM", by = ["metric.type"] },
  ]
}

resource "google_monitoring_dashboard" "platform" {
  dashboard_json = jsonencode({
    displayName = "Scholium (${var.environment})"
    mosaicLayout = {
      columns = 12
      tiles = [for place, chart in local.charts : {
        xPos   = place % 2 * 6
        yPos   = floor(place / 2) * 4
        width  = 6
        height = 4
        widget = {
          title = chart.title
          xyChart = {
            dataSets = [{
              plotType = "LINE"
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter = chart.filter
                  aggregation = {
                    alignmentPeriod    = "60s"
                    perSeriesAligner   = chart.align
                    crossSeriesReducer = chart.reduce
                    groupByFields      = chart.by
                  }
                }
              }
            }]
          }
        }
      }]
    }
  })
}
