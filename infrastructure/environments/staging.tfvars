# As prod, but smaller: every merge is deployed here first.
environment      = "staging"
project_id       = "scholium-staging-example"
project_number   = "100000000002"
protect          = false
domain           = "staging.scholium.example.org"
max_instances    = 5
alert_emails     = ["platform@example.org"]
daily_ai_dollars = 5
budget           = { billing_account = "000000-000000-000000", units = 300 }

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
