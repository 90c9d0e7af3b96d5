# What learners use.
environment      = "prod"
project_id       = "scholium-prod-example"
project_number   = "100000000003"
protect          = true
domain           = "scholium.example.org"
max_instances    = 100
alert_emails     = ["platform@example.org"]
daily_ai_dollars = 100
log_days         = 90
backups          = { daily_days = 14, weekly_weeks = 14 }
budget           = { billing_account = "000000-000000-000000", units = 2000 }

# Kept warm: whoever comes first in the morning waits for no cold start to log in. It is paid for all the time.
min_instances = { login = 1 }

mail_from = "Scholium <no-reply@example.org>"
smtp_url  = "smtps://scholium@smtp.example.org:465"

# `python -m infrastructure.tools signing-key` prints it beside a new key. This one's private half is lost: replace it.
token_public_keys = {
  "SNEUECrqG8UTrIAw" = <<-PEM
    -----BEGIN PUBLIC KEY-----
    MCowBQYDK2VwAyEAbryC6/tmKgZe7uxax+CfRAOPDRbtei9fIyc2Q2hY8tY=
    -----END PUBLIC KEY-----
  PEM
}
