"""What this is the version of: said by /v1/status, by openapi.json, and nowhere else."""

VERSION = "0.1.0"
