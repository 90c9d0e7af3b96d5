variable "project" {
  description = "The project's id."
  type        = string
}

variable "region" {
  description = "Where it runs."
  type        = string
}

variable "declaration" {
  description = "What the function says of itself: an entry of functions.auto.tfvars.json."
  type = object({
    trigger     = string
    entry_point = string
    cloud_name  = string
    account     = string
    memory      = string
    timeout     = number
    concurrency = number
    grants      = list(object({ role = string, on = string, reason = string }))
    environment = map(string)
  })
}

variable "runtime" {
  description = "python311, python312 or python313."
  type        = string
}

variable "archive" {
  description = "Where its archive is."
  type        = object({ bucket = string, object = string })
}

variable "build" {
  description = "The account that builds it, and the repository of its image."
  type        = object({ account = string, repository = string })
}

variable "settings" {
  description = "Environment variables that all functions share."
  type        = map(string)
}

variable "secret_versions" {
  description = "Pinned versions of the secrets that it declares, and of no other."
  type        = map(list(number))
}

variable "database" {
  description = "The Firestore database."
  type        = string
}

variable "buckets" {
  description = "Declared name -> full name of every bucket."
  type        = map(string)
}

variable "invokers" {
  description = "Who may call it: allUsers where it is declared as an endpoint, else the account of its trigger."
  type        = list(string)
}

variable "ingress" {
  description = "ALLOW_ALL, ALLOW_INTERNAL_AND_GCLB or ALLOW_INTERNAL_ONLY."
  type        = string
}

variable "instances" {
  description = "How few and how many."
  type        = object({ least = number, most = number })
}

variable "subnetwork" {
  description = "The subnetwork that all its traffic leaves by; null is the internet."
  type        = string
  default     = null
}
