output "database" {
  description = "Its name."
  value       = google_firestore_database.database.name
}

output "kms_key" {
  description = "The customer's key that encrypts it; null is Google's own."
  value       = one(google_firestore_database.database.cmek_config[*].kms_key_name)
}
