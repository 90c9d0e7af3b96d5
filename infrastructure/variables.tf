# What a deployment decides. An environment is a file in environments/; what the code decides is in *.auto.tfvars.json.

variable "project_id" {
  description = "The Google Cloud project of this environment, which holds nothing else."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 of a-z, 0-9 and hyphens, and begins with a letter."
  }
}

variable "project_number" {
  description = "Its number, which the accounts of Google's own services carry (gcloud projects describe)."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{6,15}$", var.project_number))
    error_message = "A project number is digits."
  }
}

variable "environment" {
  description = "dev, staging or prod."
  type        = string
  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "An environment is dev, staging or prod."
  }
}

variable "region" {
  description = "Of functions, queues, schedules, buckets and images."
  type        = string
  default     = "europe-west1"
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "A region is written like europe-west1."
  }
}

variable "firestore_location" {
  description = "Of the database, for good: a multi-region (eur3, nam5) or a region."
  type        = string
  default     = "eur3"
}

variable "database" {
  description = "The Firestore database; another one than the first only after a restore."
  type        = string
  default     = "(default)"
}

variable "protect" {
  description = "Whether the database and the buckets refuse to be destroyed."
  type        = bool
  validation {
    condition     = var.protect || var.environment != "prod"
    error_message = "In prod nothing is unprotected."
  }
}

variable "domain" {
  description = "The one domain of the load balancer; null is none, and clients call each function's own address."
  type        = string
  default     = null
  validation {
    condition     = var.domain == null ? var.environment == "dev" : can(regex("^([a-z0-9-]+\\.)+[a-z]{2,}$", var.domain))
    error_message = "Staging and prod have a domain (cookies and the console need one origin)."
  }
}

variable "python" {
  description = "The version that functions run on; requirements.lock has hashes for 3.11 to 3.13."
  type        = string
  default     = "3.13"
  validation {
    condition     = contains(["3.11", "3.12", "3.13"], var.python)
    error_message = "The archives' requirements have hashes for 3.11, 3.12 and 3.13."
  }
}

variable "archives" {
  description = "The folder that `make package` wrote, from this one; its archives.json says which is whose."
  type        = string
  default     = "../build"
}

variable "max_instances" {
  description = "The most instances of any one function: the upper bound of what a flood can cost."
  type        = number
  default     = 20
  validation {
    condition     = var.max_instances >= 1 && var.max_instances <= 1000
    error_message = "1 to 1000."
  }
}

variable "min_instances" {
  description = "Function -> instances that are kept warm and paid for all the time; 0 for those not named."
  type        = map(number)
  default     = {}
  validation {
    condition     = length(setsubtract(keys(var.min_instances), keys(var.functions))) == 0
    error_message = "It names a function that there is not."
  }
}

variable "secret_versions" {
  description = "Secret -> pinned versions, the one in use first; the others are still accepted. Not named: its first."
  type        = map(list(number))
  default     = {}
  validation {
    condition     = alltrue([for versions in values(var.secret_versions) : length(versions) > 0 && alltrue([for one in versions : one >= 1 && floor(one) == one])])
    error_message = "Versions are pinned by their numbers; `latest` is none."
  }
  validation {
    condition     = length(setsubtract(keys(var.secret_versions), flatten([for one in values(var.functions) : one.secrets]))) == 0
    error_message = "It names a secret that no function declares."
  }
}

variable "token_public_keys" {
  description = "kid -> public key in PEM, with which access tokens are verified; old ones stay until their tokens expired."
  type        = map(string)
  validation {
    condition     = length(var.token_public_keys) > 0 && alltrue([for key in values(var.token_public_keys) : startswith(key, "-----BEGIN PUBLIC KEY-----")])
    error_message = "At least one public key in PEM: no key, no start."
  }
}

variable "smtp_url" {
  description = "smtps://user@host:port; the password is the secret smtp-password."
  type        = string
  validation {
    condition     = can(regex("^smtps?://[^:@/]+(@[^:@/]+)?:[0-9]+$", var.smtp_url))
    error_message = "smtp[s]://user@host:port, without a password."
  }
}

variable "mail_from" {
  description = "Who mails are from: Scholium <no-reply@example.org>."
  type        = string
}

variable "cors_origins" {
  description = "Origins of other front ends that may call the API from a browser."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https?://[^/*]+$", origin))])
    error_message = "An origin is scheme and host, without a path; never *."
  }
}

variable "settings" {
  description = "Any other setting of .env.example by its name without SCHOLIUM_: text_model = \"...\"."
  type        = map(string)
  default     = {}
}

variable "kms_key" {
  description = "A customer-managed key for the database, the files and the images; null is Google's own."
  type        = string
  default     = null
}

variable "backups" {
  description = "For how long backups are kept: daily ones in days, weekly ones in weeks (14 at most)."
  type        = object({ daily_days = number, weekly_weeks = number })
  default     = { daily_days = 7, weekly_weeks = 8 }
  validation {
    condition     = var.backups.daily_days >= 1 && var.backups.daily_days <= 98 && var.backups.weekly_weeks >= 1 && var.backups.weekly_weeks <= 14
    error_message = "Backups are kept for 14 weeks at most."
  }
}

variable "alert_emails" {
  description = "Who is told when something is wrong."
  type        = list(string)
  default     = []
  validation {
    condition     = var.environment != "prod" || length(var.alert_emails) > 0
    error_message = "In prod somebody is told."
  }
}

variable "log_days" {
  description = "For how many days logs are kept: 30 cost nothing, more cost by the GiB."
  type        = number
  default     = 30
  validation {
    condition     = var.log_days >= 1 && var.log_days <= 3650
    error_message = "1 to 3650 days."
  }
}

variable "budget" {
  description = "What the project may cost a month before somebody is told; null is no budget alert."
  type        = object({ billing_account = string, units = number, currency = optional(string, "USD") })
  default     = null
  validation {
    condition     = var.budget == null ? var.environment != "prod" : can(regex("^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$", var.budget.billing_account)) && var.budget.units > 0
    error_message = "A budget has a billing account (000000-000000-000000) and a sum; prod has a budget."
  }
}

variable "requests_per_minute" {
  description = "Of one address, before Cloud Armor slows it: a whole school may share one."
  type        = number
  default     = 6000
}

# What the code decides, generated by `make generate`.

variable "functions" {
  description = "Every function as it declares itself: functions.auto.tfvars.json."
  type = map(object({
    trigger     = string
    entry_point = string
    cloud_name  = string
    account     = string
    memory      = string
    timeout     = number
    concurrency = number
    internet    = bool
    asks_models = bool
    schedule    = string
    bucket      = string
    queue = object({
      name                      = string
      max_attempts              = number
      max_dispatches_per_second = number
      max_concurrent            = number
    })
    grants      = list(object({ role = string, on = string, reason = string }))
    secrets     = list(string)
    environment = map(string)
  }))
  validation {
    condition     = alltrue([for one in values(var.functions) : contains(["http", "task", "event", "schedule"], one.trigger)])
    error_message = "A function is started by http, a task, an event or a schedule."
  }
  validation {
    condition     = alltrue(flatten([for one in values(var.functions) : [for grant in one.grants : grant.reason != ""]]))
    error_message = "A grant without a reason is none."
  }
  validation {
    condition     = alltrue([for one in values(var.functions) : can(regex("^[a-z]([a-z0-9-]{0,47}[a-z0-9])?$", one.cloud_name)) && can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", one.account))])
    error_message = "A name is not one that Cloud Run or IAM takes."
  }
}

variable "url_map" {
  description = "Which function a public request belongs to, the first rule that matches: functions.auto.tfvars.json."
  type = object({
    default = string
    rules   = list(object({ path = string, method = string, function = string }))
  })
}

variable "firestore_indexes" {
  description = "Composite and vector indexes by name: indexes.auto.tfvars.json."
  type = map(object({
    collection = string
    fields = list(object({
      field_path    = string
      order         = optional(string)
      array_config  = optional(string)
      vector_config = optional(object({ dimension = number }))
    }))
  }))
}

variable "firestore_ttl" {
  description = "Collection -> the field by which its documents expire: indexes.auto.tfvars.json."
  type        = map(string)
}

variable "firestore_unindexed" {
  description = "Collection -> fields that no query names: indexes.auto.tfvars.json."
  type        = map(list(string))
}

variable "daily_ai_dollars" {
  description = "What all learners' AI may cost a day, in US dollars, before somebody is told."
  type        = number
  default     = 50
}
