# What there must be before the platform can be deployed: services, the state's bucket, secrets without values, and two
# identities for GitHub's jobs, with no key file: one that plans on pull requests, one that applies from the main branch.

locals {
  # Which secrets there are to be, the functions declare.
  functions = jsondecode(file("${path.module}/../functions.auto.tfvars.json")).functions

  services = [
    "artifactregistry", "billingbudgets", "cloudbuild", "cloudfunctions", "cloudresourcemanager", "cloudscheduler",
    "cloudtasks", "compute", "dns", "eventarc", "firestore", "iam", "iamcredentials", "logging", "monitoring", "pubsub",
    "run", "secretmanager", "serviceusage", "storage", "sts",
  ]
  plans   = "plan-only@${var.project_id}.iam.gserviceaccount.com"
  applies = "apply-main@${var.project_id}.iam.gserviceaccount.com"
}

resource "google_project_service" "service" {
  for_each = toset(local.services)

  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}

resource "google_storage_bucket" "state" {
  name                        = "${var.project_id}-terraform-state"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  deletion_policy             = "PREVENT"

  versioning {
    enabled = true
  }
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      num_newer_versions = 50
      with_state         = "ARCHIVED"
    }
  }

  depends_on = [google_project_service.service]
}

# Containers only: values are added by hand or by a key ceremony, and are in no file and no state.
resource "google_secret_manager_secret" "secret" {
  for_each = toset(flatten([for one in values(local.functions) : one.secrets]))

  secret_id           = each.key
  deletion_protection = var.environment == "prod"
  version_destroy_ttl = "604800s" # a version that was destroyed by mistake can be had back for a week
  replication {
    auto {}
  }

  depends_on = [google_project_service.service]
}
