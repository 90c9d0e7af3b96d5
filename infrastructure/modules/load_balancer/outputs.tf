output "address" {
  description = "To which the domain's A record points."
  value       = google_compute_global_address.address.address
}
