# What the two identities may do. Nothing here is a basic role (owner, editor, viewer), and neither may read a secret.

locals {
  # To read what is there: `terraform plan` compares it.
  reads = [
    "roles/artifactregistry.reader", "roles/browser", "roles/cloudbuild.builds.viewer", "roles/cloudfunctions.viewer",
    "roles/cloudscheduler.viewer", "roles/cloudtasks.viewer", "roles/compute.viewer",
    "roles/dns.reader", "roles/eventarc.viewer", "roles/iam.securityReviewer", "roles/logging.viewer",
    "roles/monitoring.viewer", "roles/pubsub.viewer", "roles/run.viewer", "roles/secretmanager.viewer", "roles/storage.bucketViewer",
  ]
  # To make the platform.
  makes = [
    "roles/artifactregistry.admin", "roles/browser", "roles/cloudbuild.builds.editor", "roles/cloudfunctions.admin",
    "roles/cloudscheduler.admin", "roles/cloudtasks.admin", "roles/compute.loadBalancerAdmin",
    "roles/compute.networkAdmin", "roles/compute.securityAdmin", "roles/datastore.owner", "roles/dns.admin",
    "roles/eventarc.admin", "roles/iam.serviceAccountAdmin", "roles/iam.serviceAccountUser", "roles/logging.configWriter",
    "roles/monitoring.editor", "roles/pubsub.admin", "roles/run.admin", "roles/secretmanager.viewer", "roles/serviceusage.serviceUsageConsumer",
    "roles/storage.admin",
  ]
  # The only roles that the applying identity may give to anybody in the project.
  grantable = [
    "roles/datastore.user", "roles/datastore.viewer", "roles/eventarc.eventReceiver", "roles/logging.logWriter",
    "roles/pubsub.publisher", "roles/storage.objectViewer",
  ]
}

resource "google_project_iam_member" "plans" {
  for_each = toset(local.reads)

  project = var.project_id
  role    = each.key
  member  = "serviceAccount:${local.plans}"

  depends_on = [google_service_account.identity]
}

# Which indexes and backups there are, and no document: roles/datastore.viewer would read what learners wrote.
resource "google_project_iam_custom_role" "database_settings" {
  role_id = "databaseSettings"
  title   = "Sees how Firestore is set up"
  permissions = [
    "datastore.backupSchedules.get", "datastore.backupSchedules.list", "datastore.databases.get",
    "datastore.databases.getMetadata", "datastore.databases.list", "datastore.indexes.get", "datastore.indexes.list",
    "datastore.operations.get", "datastore.operations.list",
  ]

  depends_on = [google_project_service.service]
}

resource "google_project_iam_member" "database_settings" {
  project = var.project_id
  role    = "projects/${var.project_id}/roles/${google_project_iam_custom_role.database_settings.role_id}"
  member  = "serviceAccount:${local.plans}"

  depends_on = [google_service_account.identity]
}

# Which archives are there; of no other bucket may it read objects.
resource "google_project_iam_member" "archives" {
  project = var.project_id
  role    = "roles/storage.objectViewer"
  member  = "serviceAccount:${local.plans}"

  condition {
    title      = "archives-only"
    expression = "resource.name.startsWith(\"projects/_/buckets/${var.project_id}-archives\")"
  }

  depends_on = [google_service_account.identity]
}

resource "google_project_iam_member" "applies" {
  for_each = toset(local.makes)

  project = var.project_id
  role    = each.key
  member  = "serviceAccount:${local.applies}"

  depends_on = [google_service_account.identity]
}

# It must grant the functions their roles in the project, and could otherwise grant itself any.
resource "google_project_iam_member" "grants" {
  project = var.project_id
  role    = "roles/resourcemanager.projectIamAdmin"
  member  = "serviceAccount:${local.applies}"

  condition {
    title      = "the-functions-roles-only"
    expression = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${join(", ", [for role in local.grantable : "'${role}'"])}])"
  }

  depends_on = [google_service_account.identity]
}

# Who may read a secret is part of the platform; what is in it is not.
resource "google_project_iam_custom_role" "secret_policies" {
  role_id     = "secretPolicies"
  title       = "Says who may read a secret"
  permissions = ["secretmanager.secrets.get", "secretmanager.secrets.getIamPolicy", "secretmanager.secrets.setIamPolicy"]

  depends_on = [google_project_service.service]
}

resource "google_project_iam_member" "secret_policies" {
  project = var.project_id
  role    = "projects/${var.project_id}/roles/${google_project_iam_custom_role.secret_policies.role_id}"
  member  = "serviceAccount:${local.applies}"

  depends_on = [google_service_account.identity]
}

# The state: planning reads it (with -lock=false), applying writes it.
resource "google_storage_bucket_iam_member" "state" {
  for_each = { plans = "roles/storage.objectViewer", applies = "roles/storage.objectUser" }

  bucket = google_storage_bucket.state.name
  role   = each.value
  member = google_service_account.identity[each.key].member
}
