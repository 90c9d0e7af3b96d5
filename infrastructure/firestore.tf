module "firestore" {
  source = "./modules/firestore"

  name      = var.database
  location  = var.firestore_location
  indexes   = var.firestore_indexes
  ttl       = var.firestore_ttl
  unindexed = var.firestore_unindexed
  backups   = var.backups
  protect   = var.protect
  kms_key   = var.kms_key
}
