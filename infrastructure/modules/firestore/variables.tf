variable "name" {
  description = "The database's name."
  type        = string
}

variable "location" {
  description = "A multi-region or a region; it cannot be changed."
  type        = string
}

variable "indexes" {
  description = "Composite and vector indexes by name."
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

variable "ttl" {
  description = "Collection -> the field by which its documents expire."
  type        = map(string)
}

variable "unindexed" {
  description = "Collection -> fields that no query names, whose index entries would only cost."
  type        = map(list(string))
}

variable "backups" {
  description = "For how long daily backups (days) and weekly ones (weeks) are kept."
  type        = object({ daily_days = number, weekly_weeks = number })
}

variable "protect" {
  description = "Whether the database refuses to be deleted, by Terraform and by Google."
  type        = bool
}

variable "kms_key" {
  description = "A customer-managed key; null is Google's own."
  type        = string
}
