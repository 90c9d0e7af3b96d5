# What the platform refuses, and what only some deployments have. `terraform test`; nothing is applied.

variables {
  environment    = "dev"
  project_id     = "scholium-test-example"
  project_number = "100000000009"
  protect        = false
  mail_from      = "Scholium <no-reply@example.org>"
  smtp_url       = "smtps://scholium@smtp.example.org:465"

  token_public_keys   = { kid = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAbryC6/tmKgZe7uxax+CfRAOPDRbtei9fIyc2Q2hY8tY=\n-----END PUBLIC KEY-----\n" }
  firestore_indexes   = {}
  firestore_ttl       = { notes = "expires_at" }
  firestore_unindexed = { notes = ["expires_at", "text"] }
  url_map             = { default = "status", rules = [{ path = "/v1/status", method = null, function = "status" }] }

  functions = {
    status = {
      trigger     = "http"
      entry_point = "status"
      cloud_name  = "status"
      account     = "fn-status"
      memory      = "512Mi"
      timeout     = 60
      concurrency = 40
      internet    = true
      asks_models = false
      schedule    = null
      bucket      = null
      queue       = null
      grants      = [{ role = "roles/datastore.viewer", on = "database", reason = "store: reads documents" }]
      secrets     = ["link-key"]
      environment = {}
    }
  }
}

run "a_function_that_reaches_the_internet_needs_no_network" {
  command = plan

  assert {
    condition     = length(google_compute_network.closed) == 0
    error_message = "A network that nobody uses"
  }
  assert {
    condition     = length(google_cloud_tasks_queue.queue) == 0 && length(google_eventarc_trigger.object) == 0 && length(google_project_iam_member.events) == 0
    error_message = "What no function declares is not made"
  }
}

run "a_function_that_may_not_reach_the_internet_has_no_way_to_it" {
  command = plan

  variables {
    functions = {
      status = {
        trigger     = "http"
        entry_point = "status"
        cloud_name  = "status"
        account     = "fn-status"
        memory      = "512Mi"
        timeout     = 60
        concurrency = 1
        internet    = false
        asks_models = false
        schedule    = null
        bucket      = null
        queue       = null
        grants      = []
        secrets     = []
        environment = {}
      }
    }
  }

  assert {
    condition     = google_compute_network.closed[0].delete_default_routes_on_create
    error_message = "The default route leads to the internet"
  }
  assert {
    condition     = google_compute_firewall.closed["deny"].destination_ranges == toset(["0.0.0.0/0"]) && google_compute_firewall.closed["deny"].priority > google_compute_firewall.closed["allow"].priority
    error_message = "All but Google's restricted addresses is denied"
  }
  assert {
    condition     = google_dns_record_set.google["*.googleapis.com."].rrdatas == tolist(["restricted.googleapis.com."])
    error_message = "Google's services have names that lead to the restricted addresses"
  }
}

run "a_grant_without_a_reason_is_refused" {
  command = plan

  variables {
    functions = {
      status = {
        trigger     = "http"
        entry_point = "status"
        cloud_name  = "status"
        account     = "fn-status"
        memory      = "512Mi"
        timeout     = 60
        concurrency = 40
        internet    = true
        asks_models = false
        schedule    = null
        bucket      = null
        queue       = null
        grants      = [{ role = "roles/datastore.viewer", on = "database", reason = "" }]
        secrets     = []
        environment = {}
      }
    }
  }

  expect_failures = [var.functions]
}

run "prod_is_not_left_unprotected_without_a_budget_and_somebody_to_tell" {
  command = plan

  variables {
    environment = "prod"
    domain      = "scholium.example.org"
  }

  expect_failures = [var.protect, var.alert_emails, var.budget]
}

run "each_of_these_is_refused" {
  command = plan

  variables {
    environment       = "staging"                                        # which has a domain
    project_id        = "no"                                             # too short
    project_number    = "one"                                            # no digits
    secret_versions   = { link-key = [0], other-key = [1] }              # not pinned; declared by nobody
    smtp_url          = "smtps://scholium:password@smtp.example.org:465" # pragma: allowlist secret
    min_instances     = { nothing = 1 }                                  # no such function
    cors_origins      = ["*"]                                            # anybody
    token_public_keys = {}                                               # no key, no start
    python            = "3.14"                                           # no hashes
    backups           = { daily_days = 0, weekly_weeks = 20 }            # more than Firestore keeps
    budget            = { billing_account = "mine", units = 100 }        # no billing account
    log_days          = 0                                                # none
  }

  expect_failures = [
    var.domain, var.project_id, var.project_number, var.secret_versions, var.smtp_url, var.min_instances,
    var.cors_origins, var.token_public_keys, var.python, var.backups, var.budget, var.log_days,
  ]
}

run "a_customers_own_key_encrypts_whatever_is_stored" {
  command = plan

  variables {
    kms_key = "projects/keys/locations/europe-west1/keyRings/scholium/cryptoKeys/data"
    functions = {
      document_ingest = {
        trigger     = "event"
        entry_point = "document_ingest"
        cloud_name  = "document-ingest"
        account     = "fn-document-ingest"
        memory      = "512Mi"
        timeout     = 60
        concurrency = 40
        internet    = true
        asks_models = false
        schedule    = null
        bucket      = "uploads"
        queue       = null
        grants      = []
        secrets     = []
        environment = {}
      }
      status = {
        trigger     = "http"
        entry_point = "status"
        cloud_name  = "status"
        account     = "fn-status"
        memory      = "512Mi"
        timeout     = 60
        concurrency = 40
        internet    = true
        asks_models = false
        schedule    = null
        bucket      = null
        queue       = null
        grants      = []
        secrets     = []
        environment = {}
      }
    }
  }

  assert {
    condition     = alltrue([for one in values(google_storage_bucket.files) : one.encryption[0].default_kms_key_name == var.kms_key]) && google_storage_bucket.archives.encryption[0].default_kms_key_name == var.kms_key
    error_message = "A bucket is encrypted by another key"
  }
  assert {
    condition     = google_artifact_registry_repository.functions.kms_key_name == var.kms_key && google_pubsub_topic.dead_events[0].kms_key_name == var.kms_key
    error_message = "Images or dead events are encrypted by another key"
  }
  assert {
    condition     = module.firestore.kms_key == var.kms_key
    error_message = "The database is encrypted by another key"
  }
}
