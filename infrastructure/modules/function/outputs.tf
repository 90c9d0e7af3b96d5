output "uri" {
  description = "Its own address."
  value       = google_cloudfunctions2_function.function.service_config[0].uri
}

output "service" {
  description = "The Cloud Run service behind it."
  value       = google_cloudfunctions2_function.function.name
}

output "account" {
  description = "Its service account."
  value       = local.account
}
