# Who starts what is not public: one account a kind of trigger, which may do nothing else.

locals {
  accounts = { for id in ["builds", "starts-tasks", "starts-schedules", "starts-events"] : id => "${id}@${var.project_id}.iam.gserviceaccount.com" }
  invokers = {
    task     = local.accounts["starts-tasks"]
    schedule = local.accounts["starts-schedules"]
    event    = local.accounts["starts-events"]
  }

  tasks     = { for name, one in var.functions : name => one if one.trigger == "task" }
  schedules = { for name, one in var.functions : name => one if one.trigger == "schedule" }
  events    = { for name, one in var.functions : name => one if one.trigger == "event" }
}

resource "google_service_account" "invoker" {
  for_each = local.invokers

  account_id   = split("@", each.value)[0]
  display_name = "Starts functions whose trigger is a ${each.key}"
}
