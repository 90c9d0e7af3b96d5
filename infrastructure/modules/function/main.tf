# One function: its account, its code, what it may do (the grants of its declaration, each on one thing), who may call it.
# Its rights on queues are in ../../queues.tf: a queue carries the address of its consumer, so functions come first.

locals {
  account = "${var.declaration.account}@${var.project}.iam.gserviceaccount.com"
  member  = "serviceAccount:${local.account}"
  grants  = { for grant in var.declaration.grants : "${grant.role} on ${grant.on}" => merge(grant, { kind = split(":", grant.on)[0], name = try(split(":", grant.on)[1], "") }) }

  # Cloud Run wants this many CPUs for so much memory; more than one request at once needs a whole one.
  cpu = lookup({ "8Gi" = "2", "16Gi" = "4", "32Gi" = "8" }, var.declaration.memory, "1")
}

resource "google_service_account" "function" {
  account_id   = var.declaration.account
  display_name = "Runs ${var.declaration.entry_point}"
}

resource "google_cloudfunctions2_function" "function" {
  name        = var.declaration.cloud_name
  location    = var.region
  description = "${var.declaration.entry_point} (${var.declaration.trigger})"

  build_config {
    runtime           = var.runtime
    entry_point       = var.declaration.entry_point
    docker_repository = var.build.repository
    service_account   = var.build.account
    source {
      storage_source {
        bucket = var.archive.bucket
        object = var.archive.object
      }
    }
    automatic_update_policy {}
  }

  service_config {
    service_account_email            = google_service_account.function.email
    available_memory                 = var.declaration.memory
    available_cpu                    = local.cpu
    timeout_seconds                  = var.declaration.timeout
    max_instance_request_concurrency = var.declaration.concurrency
    min_instance_count               = var.instances.least
    max_instance_count               = var.instances.most
    ingress_settings                 = var.ingress
    all_traffic_on_latest_revision   = true
    direct_vpc_egress                = var.subnetwork == null ? null : "VPC_EGRESS_ALL_TRAFFIC"

    dynamic "direct_vpc_network_interface" {
      for_each = var.subnetwork[*]
      content {
        subnetwork = direct_vpc_network_interface.value
      }
    }

    environment_variables = merge(var.settings, var.declaration.environment, {
      SCHOLIUM_SECRET_VERSIONS = jsonencode(var.secret_versions)
      THREADS                  = tostring(var.declaration.concurrency)
    })
  }

  # It reads its secrets when it starts, and does not start without them.
  depends_on = [google_secret_manager_secret_iam_member.grant]
}

resource "google_project_iam_member" "grant" {
  for_each = { for key, grant in local.grants : key => grant if grant.kind == "database" }

  project = var.project
  role    = each.value.role
  member  = local.member

  condition {
    title       = "this-database-only"
    description = substr(each.value.reason, 0, 256)
    expression  = "resource.name == \"projects/${var.project}/databases/${var.database}\""
  }

  depends_on = [google_service_account.function]
}

resource "google_secret_manager_secret_iam_member" "grant" {
  for_each = { for key, grant in local.grants : key => grant if grant.kind == "secret" }

  secret_id = each.value.name
  role      = each.value.role
  member    = local.member

  depends_on = [google_service_account.function]
}

resource "google_storage_bucket_iam_member" "grant" {
  for_each = { for key, grant in local.grants : key => grant if grant.kind == "bucket" }

  bucket = var.buckets[each.value.name]
  role   = each.value.role
  member = local.member

  depends_on = [google_service_account.function]
}

# Signing URLs without a key file is signBlob on one's own account, and on no other.
resource "google_service_account_iam_member" "grant" {
  for_each = { for key, grant in local.grants : key => grant if grant.kind == "self" }

  service_account_id = google_service_account.function.name
  role               = each.value.role
  member             = local.member
}

resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = toset(var.invokers)

  location = var.region
  name     = google_cloudfunctions2_function.function.name # the service is called as the function
  role     = "roles/run.invoker"
  member   = each.value

  lifecycle {
    replace_triggered_by = [google_cloudfunctions2_function.function.id]
  }
}
