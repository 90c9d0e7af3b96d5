# Who starts whom, with addresses that a made-up provider gives. `terraform test`; nothing is applied anywhere.

mock_provider "google" {}

variables {
  environment    = "dev"
  project_id     = "scholium-test-example"
  project_number = "100000000009"
  protect        = false
  mail_from      = "Scholium <no-reply@example.org>"
  smtp_url       = "smtps://scholium@smtp.example.org:465"

  token_public_keys   = { kid = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAbryC6/tmKgZe7uxax+CfRAOPDRbtei9fIyc2Q2hY8tY=\n-----END PUBLIC KEY-----\n" }
  firestore_indexes   = {}
  firestore_ttl       = {}
  firestore_unindexed = {}
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
      grants      = [{ role = "roles/cloudtasks.enqueuer", on = "queue:first", reason = "stages First" }]
      secrets     = []
      environment = {}
    }
    mail_send = {
      trigger     = "task"
      entry_point = "mail_send"
      cloud_name  = "mail-send"
      account     = "fn-mail-send"
      memory      = "512Mi"
      timeout     = 60
      concurrency = 40
      internet    = true
      asks_models = false
      schedule    = null
      bucket      = null
      queue       = { name = "first", max_attempts = 3, max_dispatches_per_second = 5, max_concurrent = 5 }
      grants      = []
      secrets     = []
      environment = {}
    }
    question_count = {
      trigger     = "task"
      entry_point = "question_count"
      cloud_name  = "question-count"
      account     = "fn-question-count"
      memory      = "512Mi"
      timeout     = 60
      concurrency = 40
      internet    = true
      asks_models = false
      schedule    = null
      bucket      = null
      queue       = { name = "second", max_attempts = 3, max_dispatches_per_second = 5, max_concurrent = 5 }
      grants      = []
      secrets     = []
      environment = {}
    }
    outbox_flush = {
      trigger     = "schedule"
      entry_point = "outbox_flush"
      cloud_name  = "outbox-flush"
      account     = "fn-outbox-flush"
      memory      = "512Mi"
      timeout     = 60
      concurrency = 40
      internet    = true
      asks_models = false
      schedule    = "*/5 * * * *"
      bucket      = null
      queue       = null
      grants      = []
      secrets     = []
      environment = {}
    }
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
  }
}

run "whoever_starts_a_function_calls_that_one_with_a_token_for_it" {
  command = apply

  assert {
    condition     = length(distinct([for one in module.function : one.uri])) == 5
    error_message = "The made-up addresses are not told apart"
  }
  assert {
    condition = alltrue([for queue, function in { first = "mail_send", second = "question_count" } :
      google_cloud_tasks_queue.queue[queue].http_target[0].uri_override[0].host == trimprefix(module.function[function].uri, "https://") &&
      google_cloud_tasks_queue.queue[queue].http_target[0].oidc_token[0].audience == module.function[function].uri &&
      google_cloud_tasks_queue.queue[queue].http_target[0].oidc_token[0].service_account_email == google_service_account.invoker["task"].email
    ])
    error_message = "A queue calls another function than its consumer, or with a token that is for another"
  }
  assert {
    condition = (
      google_cloud_scheduler_job.schedule["outbox_flush"].http_target[0].uri == module.function["outbox_flush"].uri &&
      google_cloud_scheduler_job.schedule["outbox_flush"].http_target[0].oidc_token[0].audience == module.function["outbox_flush"].uri &&
      google_cloud_scheduler_job.schedule["outbox_flush"].http_target[0].oidc_token[0].service_account_email == google_service_account.invoker["schedule"].email
    )
    error_message = "A schedule calls another function than its own, or with a token that is for another"
  }
  assert {
    condition = (
      google_eventarc_trigger.object["document_ingest"].destination[0].cloud_run_service[0].service == module.function["document_ingest"].service &&
      google_eventarc_trigger.object["document_ingest"].service_account == google_service_account.invoker["event"].email &&
      length(google_eventarc_trigger.object["document_ingest"].retry_policy) == 0
    )
    error_message = "An event goes to another function, or is tried once (its retry policy knows no other number)"
  }
  assert {
    condition     = google_cloud_tasks_queue_iam_member.grant["status: roles/cloudtasks.enqueuer on queue:first"].name == "first"
    error_message = "Who stages a message may put it into its queue"
  }
}
