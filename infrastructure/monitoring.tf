module "monitoring" {
  source = "./modules/monitoring"

  project          = var.project_id
  environment      = var.environment
  public           = { for name, one in var.functions : one.cloud_name => one.asks_models if one.trigger == "http" }
  events           = [for one in values(local.events) : one.cloud_name]
  dead_events      = one(google_pubsub_subscription.dead_events[*].name)
  log_days         = var.log_days
  queues           = [for one in values(local.tasks) : one.queue.name]
  host             = var.domain != null ? var.domain : trimprefix(module.function["status"].uri, "https://")
  alert_emails     = var.alert_emails
  budget           = var.budget
  daily_ai_dollars = var.daily_ai_dollars
}
