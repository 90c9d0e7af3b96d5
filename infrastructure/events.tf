# New objects, told to the functions that asked for them. Eventarc tries for a day; what it gives up is kept for a month and
# raises an alert, and a schedule finds the object all the same.

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

# Where Eventarc's subscriptions put what they give up. Each trigger makes a subscription of its own, which no resource here can
# change: .ci/dead-letters names this topic to them after each apply (.github/decisions/0020).
resource "google_pubsub_topic" "dead_events" {
  count = length(local.events) == 0 ? 0 : 1

  name         = "dead-events"
  kms_key_name = var.kms_key
}

resource "google_pubsub_subscription" "dead_events" {
  count = length(google_pubsub_topic.dead_events)

  name                       = "dead-events"
  topic                      = google_pubsub_topic.dead_events[0].id
  message_retention_duration = "2678400s" # 31 days
  expiration_policy {
    ttl = "" # never, however long nobody looks
  }
}

resource "google_pubsub_topic_iam_member" "dead_events" {
  count = length(google_pubsub_topic.dead_events)

  topic  = google_pubsub_topic.dead_events[0].name
  role   = "roles/pubsub.publisher"
  member = "serviceAccount:service-${var.project_number}@gcp-sa-pubsub.iam.gserviceaccount.com"
}
