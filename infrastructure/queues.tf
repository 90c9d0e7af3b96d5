# A queue a message, and on it the address and identity of the one consumer: producers need only the right to enqueue.

resource "google_cloud_tasks_queue" "queue" {
  for_each = { for name, one in local.tasks : one.queue.name => merge(one.queue, { consumer = name }) }

  name     = each.key
  location = var.region

  rate_limits {
    max_dispatches_per_second = each.value.max_dispatches_per_second
    max_concurrent_dispatches = each.value.max_concurrent
  }

  # A queue never gives up: the consumer counts its attempts and makes the last one a dead letter.
  retry_config {
    max_attempts  = -1
    min_backoff   = "1s"
    max_backoff   = "300s"
    max_doublings = 8
  }

  http_target {
    http_method = "POST"
    uri_override {
      scheme                    = "HTTPS"
      host                      = trimprefix(module.function[each.value.consumer].uri, "https://")
      uri_override_enforce_mode = "ALWAYS"
      path_override {
        path = "/"
      }
    }
    oidc_token {
      service_account_email = google_service_account.invoker["task"].email
      audience              = module.function[each.value.consumer].uri
    }
  }

  stackdriver_logging_config {
    sampling_ratio = 0.01 # the functions log what they do; the queue's own log is for its own troubles
  }
}

# Who may put a message into which queue: each a grant of the function's declaration.
resource "google_cloud_tasks_queue_iam_member" "grant" {
  for_each = merge([for name, one in var.functions : {
    for grant in one.grants : "${name}: ${grant.role} on ${grant.on}" => { function = name, role = grant.role, queue = trimprefix(grant.on, "queue:") } if startswith(grant.on, "queue:")
  }]...)

  location = var.region
  name     = google_cloud_tasks_queue.queue[each.value.queue].name
  role     = each.value.role
  member   = "serviceAccount:${module.function[each.value.function].account}"
}
