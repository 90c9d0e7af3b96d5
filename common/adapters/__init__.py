"""The one table: what each port needs on Google Cloud, and which class stands for it there and on a laptop.

`World` holds the adapters of one process; each is loaded when a function that declares its port first runs.
"""

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from common import ports
from common.adapters.late_database import LateDatabase
from common.adapters.system import JitteredPatience, RandomIds, SystemClock
from common.ports.database import Database
from common.ports.queue import TaskSender
from common.ports.secrets import SecretSource
from common.settings import Settings, load


@dataclass(frozen=True)
class Adapter:
    """One seam: the class for each setting of SCHOLIUM_ADAPTERS, as "module:Class"."""

    gcp: str
    local: str


@dataclass(frozen=True)
class Model:
    """One seam of AI: the class for each setting of SCHOLIUM_AI; it is given the secrets, for its key."""

    openai: str
    offline: str


@dataclass(frozen=True)
class Grant:
    """An IAM role, on what, and why."""

    role: str
    on: str
    reason: str


@dataclass(frozen=True)
class Port:
    """A port type: the adapters behind it, its grants (`{argument}` is its type argument), and its nature."""

    adapters: tuple[str, ...]
    grants: tuple[Grant, ...] = ()
    takes: type | None = None
    """The class that its argument must derive from: Queue[M] takes a Message."""
    outside: bool = False
    """Has effects that no rollback undoes: its function takes a claim before it runs, and is not run again."""


ADAPTERS = {
    "database": Adapter("common.adapters.gcp.firestore:Firestore", "common.adapters.local.sqlite:Sqlite"),
    "tasks": Adapter("common.adapters.gcp.cloud_tasks:CloudTasks", "common.adapters.local.tasks:LocalTasks"),
    "files": Adapter("common.adapters.gcp.cloud_storage:CloudStorage", "common.adapters.local.files:FolderFiles"),
    "secrets": Adapter(
        "common.adapters.gcp.secret_manager:SecretManager", "common.adapters.local.secrets:EnvironmentSecrets"
    ),
    "remains": Adapter("common.adapters.gcp.remains:NothingKept", "common.adapters.local.remains:LocalRemains"),
    "mailer": Adapter("common.adapters.gcp.smtp:Smtp", "common.adapters.local.mail:MailFolder"),
}

MODELS = {
    "text_model": Model(
        "common.adapters.gcp.openai_models:OpenAITextModel", "common.adapters.local.offline_models:OfflineTextModel"
    ),
    "embedder": Model(
        "common.adapters.gcp.openai_models:OpenAIEmbedder", "common.adapters.local.offline_embedder:OfflineEmbedder"
    ),
    "moderator": Model(
        "common.adapters.gcp.openai_models:OpenAIModerator", "common.adapters.local.offline_models:OfflineModerator"
    ),
}

_WRITE = Grant("roles/datastore.user", "database", "writes documents")


def _model(adapter: str, does: str, *, outside: bool) -> Port:
    reads_key = Grant("roles/secretmanager.secretAccessor", "secret:openai-api-key", does)
    return Port(("secrets", adapter), (reads_key,), outside=outside)


PORTS: dict[object, Port] = {
    ports.Store: Port(("database",), (_WRITE,)),
    ports.StoreReader: Port(("database",), (Grant("roles/datastore.viewer", "database", "reads documents"),)),
    ports.RateLimit: Port(("database",), (_WRITE,)),
    ports.Outside: Port(("database",), (_WRITE,), outside=True),  # a second run would find its own note
    ports.Queue: Port(
        ("database", "tasks"),
        (_WRITE, Grant("roles/cloudtasks.enqueuer", "queue:{argument}", "stages {argument}")),
        takes=ports.Message,
    ),
    ports.AllQueues: Port(
        ("database", "tasks"),
        (_WRITE, Grant("roles/cloudtasks.enqueuer", "queue:*", "re-sends any message")),
    ),
    ports.Files: Port(
        ("files",),
        (Grant("roles/storage.objectUser", "bucket:{argument}", "reads and writes files"),),
        takes=ports.Bucket,
    ),
    ports.FilesReader: Port(
        ("files",),
        (Grant("roles/storage.objectViewer", "bucket:{argument}", "reads files"),),
        takes=ports.Bucket,
    ),
    # Who signs a URL must be allowed what the URL allows.
    ports.UploadSigner: Port(
        ("files",),
        (
            Grant("roles/storage.objectCreator", "bucket:{argument}", "its upload URLs make files"),
            Grant("roles/iam.serviceAccountTokenCreator", "self", "signs upload URLs"),
        ),
        takes=ports.Bucket,
    ),
    ports.DownloadSigner: Port(
        ("files",),
        (
            Grant("roles/storage.objectViewer", "bucket:{argument}", "its download URLs read files"),
            Grant("roles/iam.serviceAccountTokenCreator", "self", "signs download URLs"),
        ),
        takes=ports.Bucket,
    ),
    ports.Secret: Port(
        ("secrets",),
        (Grant("roles/secretmanager.secretAccessor", "secret:{argument}", "reads the secret"),),
        takes=ports.SecretName,
    ),
    ports.Mailer: Port(
        ("mailer",),
        (Grant("roles/secretmanager.secretAccessor", "secret:smtp-password", "logs in to the mail server"),),
        outside=True,
    ),
    ports.TextModel: _model("text_model", "asks the language model", outside=True),
    ports.Embedder: _model("embedder", "asks for embeddings", outside=True),
    ports.Moderator: _model("moderator", "asks whether a text may stand", outside=False),  # free, and changes nothing
    ports.Budget: Port(("database",), (_WRITE,)),
    ports.Remains: Port(("remains",)),
    ports.Clock: Port(()),
    ports.Ids: Port(()),
    ports.Deployment: Port(()),
}


class World:
    """The adapters of one process, each made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock: ports.Clock = SystemClock()
        self.ids: ports.Ids = RandomIds()
        self.patience: Callable[[], JitteredPatience] = JitteredPatience
        self.deployment = ports.Deployment(
            public_url=settings.public_url,
            mail_from=settings.mail_from,
            access_token_minutes=settings.access_token_minutes,
            refresh_token_days=settings.refresh_token_days,
            token_public_keys=settings.token_public_keys,
            prompts=settings.prompts,
            daily_budget_micros=settings.daily_budget_micros,
            chat_client=settings.chat_client,
            uploads_url=settings.uploads_url,
            retention_days=settings.retention_days,
            analytics_floor=settings.analytics_floor,
            backup_days=settings.backup_days,
            log_days=settings.log_days,
            longest_timeout_seconds=settings.longest_timeout_seconds,
        )

    def _load(self, name: str) -> Any:
        return self._class(name)(self.settings)

    def _load_model(self, name: str) -> Any:
        return self._class(name)(self.settings, self.secrets)

    def _class(self, name: str) -> Any:
        if name in MODELS:
            return _class(getattr(MODELS[name], self.settings.ai))
        return _class(getattr(ADAPTERS[name], self.settings.adapters))

    @functools.cached_property
    def database(self) -> Database:
        """The document database."""
        return cast(Database, self._load("database"))

    @functools.cached_property
    def late_database(self) -> Database:
        """The database, but made only when it is asked for something."""
        return LateDatabase(lambda: self.database)

    @functools.cached_property
    def tasks(self) -> TaskSender:
        """The queues."""
        return cast(TaskSender, self._load("tasks"))

    @functools.cached_property
    def files(self) -> Any:
        """Buckets: `files.bucket(name)` is a Files."""
        return self._load("files")

    @functools.cached_property
    def secrets(self) -> SecretSource:
        """Secrets by name."""
        return cast(SecretSource, self._load("secrets"))

    @functools.cached_property
    def mailer(self) -> ports.Mailer:
        """The mail server."""
        return cast(ports.Mailer, self._load("mailer"))

    @functools.cached_property
    def remains(self) -> ports.Remains:
        """What adapters keep beside documents and files."""
        return cast(ports.Remains, self._load("remains"))

    @functools.cached_property
    def text_model(self) -> ports.TextModel:
        """The language model."""
        return cast(ports.TextModel, self._load_model("text_model"))

    @functools.cached_property
    def embedder(self) -> ports.Embedder:
        """The model of embeddings."""
        return cast(ports.Embedder, self._load_model("embedder"))

    @functools.cached_property
    def moderator(self) -> ports.Moderator:
        """The judge of texts."""
        return cast(ports.Moderator, self._load_model("moderator"))

    def import_adapters(self, names: set[str]) -> None:
        """Import these adapters, and make none: before a server forks its workers, which must not share a client."""
        for name in sorted(names):
            self._class(name)

    def preload(self, names: set[str]) -> None:
        """Load these adapters now: what a function declares, when its instance starts."""
        for name in sorted(names):
            getattr(self, name)


def _class(place: str) -> Any:
    module, _, attribute = place.partition(":")
    return getattr(importlib.import_module(module), attribute)


@functools.cache
def world() -> World:
    """This process's adapters, by its settings."""
    return World(load())
