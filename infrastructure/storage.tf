# The buckets that functions name. What a learner deletes is gone: no versions, no soft delete, no retention.

locals {
  buckets = toset(concat(
    [for one in values(local.events) : one.bucket],
    flatten([for one in values(var.functions) : [for grant in one.grants : trimprefix(grant.on, "bucket:") if startswith(grant.on, "bucket:")]]),
  ))
  # Learners send their files to those whose new objects start a function.
  uploads = toset([for one in values(local.events) : one.bucket])
  # Days, of what expires: functions delete it in time, and this whatever a death has left behind.
  expiring = { exports = 8 }
  origins  = distinct(concat(var.domain == null ? [] : [local.public_url], var.cors_origins))
}

resource "google_storage_bucket" "files" {
  for_each = local.buckets

  name                        = "${local.bucket_prefix}${each.key}"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  deletion_policy             = var.protect ? "PREVENT" : "DELETE"
  force_destroy               = !var.protect

  versioning {
    enabled = false
  }

  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "lifecycle_rule" {
    for_each = contains(keys(local.expiring), each.key) ? [local.expiring[each.key]] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        age = lifecycle_rule.value
      }
    }
  }

  dynamic "cors" {
    for_each = contains(local.uploads, each.key) && length(local.origins) > 0 ? [local.origins] : []
    content {
      origin          = cors.value
      method          = ["PUT"]
      response_header = ["content-type", "x-goog-content-length-range", "x-goog-if-generation-match"]
      max_age_seconds = 3600
    }
  }

  dynamic "encryption" {
    for_each = var.kms_key[*]
    content {
      default_kms_key_name = encryption.value
    }
  }

  lifecycle {
    precondition {
      condition     = each.key != "archives"
      error_message = "The bucket `archives` is the functions' own archives'."
    }
  }
}
