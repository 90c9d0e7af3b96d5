# Workload Identity Federation: GitHub says which repository, ref and environment a job is of, and Google believes that.

resource "google_iam_workload_identity_pool" "github" {
  workload_identity_pool_id = "github"
  display_name              = "GitHub"

  depends_on = [google_project_service.service]
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.github.workload_identity_pool_id
  workload_identity_pool_provider_id = "repository"
  display_name                       = var.repository

  # Nobody else's repository, whatever it is called.
  attribute_condition = "assertion.repository == '${var.repository}' && assertion.repository_id == '${var.repository_id}'"
  attribute_mapping = {
    "google.subject" = "assertion.sub"
    # What may apply: a job of the main branch, in this environment, which GitHub's own rules may have to approve.
    "attribute.applies" = "assertion.ref == 'refs/heads/${var.branch}' && assertion.sub == 'repo:${var.repository}:environment:${var.environment}' ? 'yes' : 'no'"
    # What may plan: a job of a pull request, or of the main branch.
    "attribute.plans" = "assertion.event_name == 'pull_request' || assertion.ref == 'refs/heads/${var.branch}' ? 'yes' : 'no'"
  }
  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account" "identity" {
  for_each = { plans = local.plans, applies = local.applies }

  account_id   = split("@", each.value)[0]
  display_name = { plans = "Plans on pull requests; changes nothing", applies = "Applies what was merged" }[each.key]

  depends_on = [google_project_service.service]
}

resource "google_service_account_iam_member" "github" {
  for_each = google_service_account.identity

  service_account_id = each.value.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/projects/${var.project_number}/locations/global/workloadIdentityPools/${google_iam_workload_identity_pool.github.workload_identity_pool_id}/attribute.${each.key}/yes"
}
