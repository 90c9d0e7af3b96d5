variable "project_id" {
  description = "The project of one environment."
  type        = string
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "A project id has 6 to 30 of a-z, 0-9 and hyphens, and begins with a letter."
  }
}

variable "project_number" {
  description = "Its number (gcloud projects describe)."
  type        = string
  validation {
    condition     = can(regex("^[0-9]{6,15}$", var.project_number))
    error_message = "A project number is digits."
  }
}

variable "environment" {
  description = "dev, staging or prod: the GitHub environment whose jobs may deploy."
  type        = string
  validation {
    condition     = contains(["dev", "staging", "prod"], var.environment)
    error_message = "An environment is dev, staging or prod."
  }
}

variable "region" {
  description = "Of the state bucket."
  type        = string
  default     = "europe-west1"
}

variable "repository" {
  description = "The GitHub repository, owner/name."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "owner/name."
  }
}

variable "repository_id" {
  description = "Its number, which does not pass to who takes over a freed name (gh api repos/OWNER/NAME --jq .id)."
  type        = string
  validation {
    condition     = can(regex("^[0-9]+$", var.repository_id))
    error_message = "A repository's id is a number."
  }
}

variable "branch" {
  description = "The one ref whose jobs may apply."
  type        = string
  default     = "main"
}
