terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 8.7"
    }
  }

  # The first apply has no bucket yet: it runs with a local state, which is then moved here (README.md says how).
  backend "gcs" {
    prefix = "bootstrap"
  }
}

provider "google" {
  project               = var.project_id
  region                = var.region
  user_project_override = true
  billing_project       = var.project_id
}
