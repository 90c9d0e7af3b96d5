# From archives to images: the bucket of archives, the repository of images, and the one account that builds.

locals {
  archives = jsondecode(file("${path.root}/${var.archives}/archives.json"))
}

resource "google_storage_bucket" "archives" {
  name                        = "${local.bucket_prefix}archives"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  deletion_policy             = var.protect ? "PREVENT" : "DELETE"
  force_destroy               = !var.protect

  dynamic "encryption" {
    for_each = var.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }
}

# The name holds the hash of the content, so that what did not change is not built again.
resource "google_storage_bucket_object" "archive" {
  for_each = var.functions

  bucket = google_storage_bucket.archives.name
  name   = try(local.archives[each.key], "missing")
  source = "${path.root}/${var.archives}/${try(local.archives[each.key], "missing")}"

  lifecycle {
    create_before_destroy = true
    precondition {
      condition     = contains(keys(local.archives), each.key)
      error_message = "There is no archive of ${each.key}: run `make package`."
    }
  }
}

resource "google_artifact_registry_repository" "functions" {
  repository_id = "functions"
  location      = var.region
  format        = "DOCKER"
  description   = "The functions' images; a few of each are kept for rolling back."
  kms_key_name  = var.kms_key

  cleanup_policies {
    id     = "keep-the-last"
    action = "KEEP"
    most_recent_versions {
      keep_count = 5
    }
  }
  cleanup_policies {
    id     = "delete-the-old"
    action = "DELETE"
    condition {
      older_than = "2592000s" # 30 days
    }
  }
}

resource "google_service_account" "build" {
  account_id   = "builds"
  display_name = "Builds the functions' images"
}

resource "google_storage_bucket_iam_member" "build" {
  bucket = google_storage_bucket.archives.name
  role   = "roles/storage.objectViewer"
  member = "serviceAccount:${local.accounts.builds}"

  depends_on = [google_service_account.build]
}

resource "google_artifact_registry_repository_iam_member" "build" {
  location   = google_artifact_registry_repository.functions.location
  repository = google_artifact_registry_repository.functions.name
  role       = "roles/artifactregistry.writer"
  member     = "serviceAccount:${local.accounts.builds}"

  depends_on = [google_service_account.build]
}

resource "google_project_iam_member" "build" {
  for_each = {
    "roles/logging.logWriter" = null # a build's log, which only a project can grant
    # Cloud Functions copies an archive into a bucket of its own making, and builds from there.
    "roles/storage.objectViewer" = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${var.project_number}-${var.region}\")"
  }

  project = var.project_id
  role    = each.key
  member  = "serviceAccount:${local.accounts.builds}"

  dynamic "condition" {
    for_each = each.value[*]
    content {
      title      = "archives-only"
      expression = condition.value
    }
  }

  depends_on = [google_service_account.build]
}
