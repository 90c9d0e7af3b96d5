resource "google_cloud_scheduler_job" "schedule" {
  for_each = local.schedules

  name             = each.value.cloud_name
  description      = "Starts ${each.key}"
  region           = var.region
  schedule         = each.value.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "${min(each.value.timeout + 30, 1800)}s"

  retry_config {
    retry_count          = 3
    min_backoff_duration = "5s"
    max_backoff_duration = "60s"
  }

  http_target {
    http_method = "POST"
    uri         = module.function[each.key].uri
    oidc_token {
      service_account_email = google_service_account.invoker["schedule"].email
      audience              = module.function[each.key].uri
    }
  }
}
