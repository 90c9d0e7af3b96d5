variable "project" {
  description = "The project's id."
  type        = string
}

variable "environment" {
  description = "dev, staging or prod."
  type        = string
}

variable "public" {
  description = "Service -> whether it asks a language model, of every endpoint."
  type        = map(bool)
}

variable "events" {
  description = "Services that events start."
  type        = list(string)
}

variable "dead_events" {
  description = "The subscription that keeps the events that were given up; null where there are no events."
  type        = string
}

variable "log_days" {
  description = "For how many days logs are kept."
  type        = number
}

variable "queues" {
  description = "Every queue."
  type        = list(string)
}

variable "host" {
  description = "Where /v1/status is asked for."
  type        = string
}

variable "alert_emails" {
  description = "Who is told."
  type        = list(string)
}

variable "budget" {
  description = "What the project may cost a month; null is no alert."
  type        = object({ billing_account = string, units = number, currency = string })
}

variable "daily_ai_dollars" {
  description = "What AI may cost a day."
  type        = number
}
