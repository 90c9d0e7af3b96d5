# Every function with its account, its grants and who may call it, as its declaration says.

locals {
  bucket_prefix = "${var.project_id}-"
  public_url    = var.domain == null ? "https://${var.region}-${var.project_id}.cloudfunctions.net" : "https://${var.domain}"

  # A secret's first version is number 1.
  secret_versions = { for secret in distinct(flatten([for one in values(var.functions) : one.secrets])) : secret => lookup(var.secret_versions, secret, [1]) }

  # What all functions are told; the rest of .env.example keeps its default unless var.settings says otherwise.
  settings = merge(
    { for name, value in var.settings : "SCHOLIUM_${upper(name)}" => value },
    {
      SCHOLIUM_ADAPTERS          = "gcp"
      SCHOLIUM_PROJECT           = var.project_id
      SCHOLIUM_REGION            = var.region
      SCHOLIUM_DATABASE          = module.firestore.database
      SCHOLIUM_BUCKET_PREFIX     = local.bucket_prefix
      SCHOLIUM_PUBLIC_URL        = local.public_url
      SCHOLIUM_TOKEN_PUBLIC_KEYS = jsonencode(var.token_public_keys)
      SCHOLIUM_CORS_ORIGINS      = jsonencode(var.cors_origins)
      SCHOLIUM_TRUSTED_PROXIES   = var.domain == null ? "1" : "2"
      SCHOLIUM_SMTP_URL          = var.smtp_url
      SCHOLIUM_MAIL_FROM         = var.mail_from
      SCHOLIUM_BACKUP_DAYS       = tostring(max(var.backups.daily_days, 7 * var.backups.weekly_weeks))
      SCHOLIUM_LOG_DAYS          = tostring(var.log_days)
    },
  )
}

module "function" {
  source   = "./modules/function"
  for_each = var.functions

  project         = var.project_id
  region          = var.region
  declaration     = each.value
  runtime         = "python${replace(var.python, ".", "")}"
  archive         = { bucket = google_storage_bucket_object.archive[each.key].bucket, object = google_storage_bucket_object.archive[each.key].name }
  build           = { account = "projects/${var.project_id}/serviceAccounts/${local.accounts.builds}", repository = google_artifact_registry_repository.functions.id }
  settings        = local.settings
  secret_versions = { for secret in each.value.secrets : secret => local.secret_versions[secret] }
  database        = module.firestore.database
  buckets         = { for name, bucket in google_storage_bucket.files : name => bucket.name }
  invokers        = each.value.trigger == "http" ? ["allUsers"] : ["serviceAccount:${local.invokers[each.value.trigger]}"]
  ingress         = each.value.trigger != "http" ? "ALLOW_INTERNAL_ONLY" : var.domain == null ? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"
  instances       = { least = lookup(var.min_instances, each.key, 0), most = var.max_instances }
  subnetwork      = each.value.internet ? null : google_compute_subnetwork.closed[0].id

  depends_on = [google_service_account.build, google_project_iam_member.build, google_storage_bucket_iam_member.build, google_artifact_registry_repository_iam_member.build]
}
