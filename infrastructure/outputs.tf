output "url" {
  description = "Where clients reach the API; null where there is no load balancer, and each function has its own address."
  value       = var.domain == null ? null : "https://${var.domain}"
}

output "address" {
  description = "The load balancer's address, to which the domain's A record points; null without one."
  value       = one(module.load_balancer[*].address)
}

output "region" {
  description = "Where all of it runs."
  value       = var.region
}

output "functions" {
  description = "Each function's own address."
  value       = { for name, one in module.function : name => one.uri }
}

output "accounts" {
  description = "Each function's service account."
  value       = { for name, one in module.function : name => one.account }
}

output "grants" {
  description = "What each function may do on what, and why."
  value       = { for name, one in var.functions : name => { for grant in one.grants : "${grant.role} on ${grant.on}" => grant.reason } }
}

output "buckets" {
  description = "The buckets' full names."
  value       = { for name, bucket in google_storage_bucket.files : name => bucket.name }
}

output "triggers" {
  description = "Eventarc's triggers, whose subscriptions .ci/dead-letters tells of the topic of dead events."
  value       = sort([for one in google_eventarc_trigger.object : one.name])
}

output "queues" {
  description = "Each queue's consumer."
  value       = { for name, one in local.tasks : one.queue.name => name }
}

output "secret_versions" {
  description = "The versions in use."
  value       = local.secret_versions
}

output "settings" {
  description = "What every function is told, with the versions of all secrets: for .ci/replay-erasures."
  value       = merge(local.settings, { SCHOLIUM_SECRET_VERSIONS = jsonencode(local.secret_versions) })
}

output "database" {
  description = "The Firestore database."
  value       = module.firestore.database
}

output "dashboard" {
  description = "Where the state of the platform is seen."
  value       = module.monitoring.dashboard
}
