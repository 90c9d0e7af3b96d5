"""The environment, read once and in this one place.

Every setting is a variable SCHOLIUM_<NAME>; `.env.example` lists them with their meaning.
"""

import functools
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, SecretStr, ValidationError, model_validator

PREFIX = "SCHOLIUM_"
SECRET_PREFIX = "SCHOLIUM_SECRET_"  # noqa: S105 - the beginning of a name

OPENAI = "https://api.openai.com/v1"
STORAGE = "https://storage.googleapis.com"
PRICES = {
    "gpt-4.1-mini": (400, 100, 1_600),
    "gpt-4.1-nano": (100, 25, 400),
    "text-embedding-3-small": (20, 20, 0),
}
"""https://openai.com/api/pricing: 0.40 dollars a million tokens are 400 millionths per 1,000."""


class SettingsError(Exception):
    """The environment is not one that Scholium can start in; the text says what to change."""


class Settings(BaseModel):
    """What differs between deployments."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    adapters: Literal["gcp", "local"] = Field(description="gcp or local; never guessed")
    data: Path = Field(default=Path(".local"), description="local: the folder of all data")
    durability: Literal["process", "power"] = Field(
        default="process",
        description="local: acknowledged writes survive the end of the process, or also a power loss (slower)",
    )
    public_url: str = Field(default="http://127.0.0.1:8080", description="where clients reach the API")
    project: str = Field(default="", description="gcp: the project id")
    region: str = Field(default="europe-west1", description="gcp: the region of queues")
    database: str = Field(default="(default)", description="gcp: the Firestore database")
    bucket_prefix: str = Field(default="", description="gcp: bucket `uploads` is named <prefix>uploads")
    secret_versions: dict[str, tuple[int, ...]] = Field(
        default_factory=dict, description="gcp: secret -> pinned versions, the one in use first (JSON)"
    )
    token_public_keys: dict[str, str] = Field(
        default_factory=dict, description="kid -> public key in PEM (JSON); old ones stay until their tokens expired"
    )
    access_token_minutes: int = Field(default=15, ge=1, le=1440)
    refresh_token_days: int = Field(default=30, ge=1, le=365)
    cors_origins: tuple[str, ...] = Field(default=(), description="allowed origins (JSON list)")
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=5,
        description="addresses that our proxies append to X-Forwarded-For (own URL: 1, load balancer: 2)",
    )
    allow: dict[str, tuple[str, ...]] = Field(
        default_factory=dict, description="path -> all methods, where functions share a path (generated, JSON)"
    )
    rate_limit_factor: float = Field(default=1.0, gt=0, description="multiplies every rate limit (load tests)")
    smtp_url: str = Field(default="", description="gcp: smtp[s]://user@host:port; the password is a secret")
    mail_from: str = Field(default="Scholium <no-reply@localhost>")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    ai: Literal["openai", "offline"] = Field(
        default="openai", description="openai, or offline (local only); `make run` sets it by what it finds"
    )
    openai_base_url: str = Field(default=OPENAI, description="where a server speaks OpenAI's protocol")
    text_model: str = Field(default="gpt-4.1-mini", description="writes answers")
    small_model: str = Field(default="gpt-4.1-nano", description="the cheaper one, past a part of the budget")
    embedding_model: str = Field(default="text-embedding-3-small", description="must be able to give 384 dimensions")
    moderation_model: str = Field(default="omni-moderation-latest", description="costs nothing")
    prices: dict[str, tuple[NonNegativeInt, NonNegativeInt, NonNegativeInt]] = Field(
        default=PRICES,
        description="model -> millionths of a US dollar per 1,000 tokens of input, cached input and output (JSON)",
    )
    daily_budget_micros: int = Field(
        default=100_000, ge=0, description="what AI may cost a learner a day, in millionths of a US dollar"
    )
    chat_client: Literal["nothing", "agent", "agent_and_address"] = Field(
        default="agent",
        description="what a chat session keeps, as a digest, of the client it is used from; another one logs in again",
    )
    prompts: dict[str, str] = Field(
        default_factory=dict, description='prompt id -> version: "2", or "1:90 2:10" to try one (JSON)'
    )
    retention_days: dict[str, NonNegativeInt] = Field(
        default_factory=dict, description="kind of record -> days that it is kept, 0 for ever (JSON); see kept.py"
    )
    analytics_floor: int = Field(default=10, ge=3, le=1000, description="analytics show no number of learners below it")
    secrets: dict[str, tuple[SecretStr, ...]] = Field(
        default_factory=dict,
        repr=False,
        description="local: secret -> values, the one in use first; each from SCHOLIUM_SECRET_<NAME>, several as JSON",
    )
    backup_days: NonNegativeInt = Field(
        default=0, description="how long backups are kept; an erasure's receipt says so"
    )
    log_days: NonNegativeInt = Field(default=0, description="how long request logs are kept; likewise")
    longest_timeout_seconds: int = Field(
        default=3_600, ge=1, le=3_600, description="of all functions (generated): an erasure waits so long"
    )
    storage_emulator: str = Field(default="", description="gcp, tests: URL of a stand-in for Cloud Storage")
    tasks_emulator: str = Field(default="", description="gcp, tests: host:port of a stand-in for Cloud Tasks")
    secrets_emulator: str = Field(default="", description="gcp, tests: host:port of a stand-in for Secret Manager")

    @property
    def uploads_url(self) -> str:
        """Where signed URLs of uploads begin; empty on a laptop, where that is the API's own origin."""
        if self.adapters == "local":
            return ""
        return f"{self.storage_emulator or STORAGE}/{self.bucket_prefix}uploads/"

    @model_validator(mode="after")
    def _models_have_prices(self) -> "Settings":
        for model in (self.text_model, self.small_model, self.embedding_model):
            if self.ai == "openai" and model not in self.prices:
                raise ValueError(f"SCHOLIUM_PRICES must name a price for {model} ([0, 0, 0] where it costs nothing)")
        if self.ai == "offline" and self.adapters == "gcp":
            raise ValueError("SCHOLIUM_AI must be openai when SCHOLIUM_ADAPTERS=gcp")
        return self

    @model_validator(mode="after")
    def _gcp_is_complete(self) -> "Settings":
        if self.adapters == "gcp":
            if not self.project:
                raise ValueError("SCHOLIUM_PROJECT is needed when SCHOLIUM_ADAPTERS=gcp")
            if not self.token_public_keys:
                raise ValueError("SCHOLIUM_TOKEN_PUBLIC_KEYS is needed when SCHOLIUM_ADAPTERS=gcp: no key, no start")
        return self


def secrets_in(variables: Mapping[str, str | None]) -> dict[str, tuple[SecretStr, ...]]:
    """The secrets among variables: SCHOLIUM_SECRET_SIGNING_KEY is `signing-key`; several values are a JSON list."""
    found: dict[str, tuple[SecretStr, ...]] = {}
    for name, value in variables.items():
        is_setting = name.removeprefix(PREFIX).lower() in Settings.model_fields
        if is_setting or not value or not name.startswith(SECRET_PREFIX):
            continue
        try:
            several = json.loads(value) if value.startswith("[") else [value]
        except json.JSONDecodeError:
            raise SettingsError(f"{name} begins with [ and so must be a JSON list of texts") from None
        if not several or not all(isinstance(each, str) and each for each in several):
            raise SettingsError(f"{name} must hold texts")
        found[name.removeprefix(SECRET_PREFIX).lower().replace("_", "-")] = tuple(map(SecretStr, several))
    return found


def parse(environment: dict[str, str]) -> Settings:
    """Settings from variables; SettingsError names each wrong one."""
    values: dict[str, Any] = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX):
            continue
        field = name.removeprefix(PREFIX).lower()
        known = Settings.model_fields.get(field) if field != "secrets" else None
        if known is None:
            continue
        is_json = "dict" in str(known.annotation) or "tuple" in str(known.annotation)
        try:
            values[field] = json.loads(value) if is_json else value
        except json.JSONDecodeError:
            raise SettingsError(f"{name} must be JSON") from None
    values["secrets"] = secrets_in(environment)
    if "adapters" not in values:
        raise SettingsError("SCHOLIUM_ADAPTERS must be gcp or local")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(
            f"{PREFIX}{'.'.join(map(str, fault['loc'])).upper()}: {fault['msg']}"
            if fault["loc"]
            else fault["msg"].removeprefix("Value error, ")
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise SettingsError(faults) from None


@functools.cache
def load() -> Settings:
    """The settings of this process."""
    return parse(dict(os.environ))
