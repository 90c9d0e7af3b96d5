# New objects, told to the functions that asked for them. Eventarc tries for a day; what it loses, a schedule finds.

resource "google_eventarc_trigger" "object" {
  for_each = local.events

  name            = each.value.cloud_name
  location        = var.region
  service_account = google_service_account.invoker["event"].email

  matching_criteria {
    attribute = "type"
    value     = "google.cloud.storage.object.v1.finalized"
  }
  matching_criteria {
    attribute = "bucket"
    value     = google_storage_bucket.files[each.value.bucket].name
  }

  destination {
    cloud_run_service {
      service = module.function[each.key].service
      region  = var.region
    }
  }

  depends_on = [google_project_iam_member.events]
}

resource "google_project_iam_member" "events" {
  for_each = length(local.events) == 0 ? {} : {
    # Cloud Storage tells of its objects by Pub/Sub; Eventarc's account receives what its triggers match.
    "roles/pubsub.publisher"       = "serviceAccount:service-${var.project_number}@gs-project-accounts.iam.gserviceaccount.com"
    "roles/eventarc.eventReceiver" = "serviceAccount:${local.invokers.event}"
  }

  project = var.project_id
  role    = each.key
  member  = each.value

  depends_on = [google_service_account.invoker]
}
