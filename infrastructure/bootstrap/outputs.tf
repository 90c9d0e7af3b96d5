output "github_variables" {
  description = "The variables of the GitHub environment: gh variable set NAME --env ENVIRONMENT --body VALUE."
  value = {
    WORKLOAD_IDENTITY_PROVIDER = "projects/${var.project_number}/locations/global/workloadIdentityPools/github/providers/repository"
    PLAN_ACCOUNT               = local.plans
    APPLY_ACCOUNT              = local.applies
    STATE_BUCKET               = google_storage_bucket.state.name
  }
}

output "secrets" {
  description = "The secrets that want a first version each."
  value       = sort(keys(google_secret_manager_secret.secret))
}
