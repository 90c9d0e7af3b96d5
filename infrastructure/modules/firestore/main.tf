# The database: seven days of point-in-time recovery, backups, and the indexes that the code's queries need.

locals {
  # One resource a field: what expires by a field and what leaves it unindexed are said together.
  fields = merge(
    { for collection, field in var.ttl : "${collection}/${field}" => { collection = collection, field = field } },
    merge([for collection, fields in var.unindexed : { for field in fields : "${collection}/${field}" => { collection = collection, field = field } }]...),
  )
}

resource "google_firestore_database" "database" {
  name                              = var.name
  location_id                       = var.location
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.protect ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.protect ? "PREVENT" : "DELETE"

  dynamic "cmek_config" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = cmek_config.value
    }
  }
}

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.database.name
  retention = "${var.backups.daily_days * 86400}s"
  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  database  = google_firestore_database.database.name
  retention = "${var.backups.weekly_weeks * 604800}s"
  weekly_recurrence {
    day = "SUNDAY"
  }
}

resource "google_firestore_index" "index" {
  for_each = var.indexes

  database    = google_firestore_database.database.name
  collection  = each.value.collection
  query_scope = "COLLECTION"

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path   = fields.value.field_path
      order        = fields.value.order
      array_config = fields.value.array_config
      dynamic "vector_config" {
        for_each = fields.value.vector_config[*]
        content {
          dimension = vector_config.value.dimension
          flat {}
        }
      }
    }
  }
}

resource "google_firestore_field" "field" {
  for_each = local.fields

  database   = google_firestore_database.database.name
  collection = each.value.collection
  field      = each.value.field

  dynamic "ttl_config" {
    for_each = lookup(var.ttl, each.value.collection, null) == each.value.field ? [true] : []
    content {}
  }
  dynamic "index_config" {
    for_each = contains(lookup(var.unindexed, each.value.collection, []), each.value.field) ? [true] : []
    content {} # no index at all
  }
}
