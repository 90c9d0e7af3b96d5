output "database" {
  description = "Its name."
  value       = google_firestore_database.database.name
}
