# One developer's project: nothing is protected, and there is no load balancer.
environment    = "dev"
project_id     = "scholium-dev-example"
project_number = "100000000001"
protect        = false
max_instances  = 3
backups        = { daily_days = 1, weekly_weeks = 1 }
budget         = { billing_account = "000000-000000-000000", units = 50 }

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
