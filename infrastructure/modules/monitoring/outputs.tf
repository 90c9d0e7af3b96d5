output "dashboard" {
  description = "Where the state of the platform is seen."
  value       = "https://console.cloud.google.com/monitoring/dashboards?project=${var.project}"
}
