"""What the domain asks the world for. A parameter of such a type is the injected thing, its grant and its secret."""

from common.ports.ai import Budget, Embedder, Moderator, TextModel
from common.ports.caller import Caller, Client, Cookies, FinalizedObject, RawBody, Role, Tick
from common.ports.deployment import Deployment
from common.ports.files import Bucket, DownloadSigner, Files, FilesReader, UploadSigner
from common.ports.mailer import Mailer
from common.ports.pages import Page, PageSize, PageToken, read_page
from common.ports.queue import AllQueues, Message, Queue
from common.ports.remains import Remains
from common.ports.secrets import Secret, SecretName
from common.ports.store import (
    Aggregate,
    Aggregated,
    ArrayUnion,
    Cursor,
    Document,
    Increment,
    Nearest,
    Query,
    ServerTime,
    Span,
    Store,
    StoreReader,
    Time,
    Vector,
)
from common.ports.world import Clock, Ids, Outside, RateLimit

__all__ = [
    "Aggregate",
    "Aggregated",
    "AllQueues",
    "ArrayUnion",
    "Bucket",
    "Budget",
    "Caller",
    "Client",
    "Clock",
    "Cookies",
    "Cursor",
    "Deployment",
    "Document",
    "DownloadSigner",
    "Embedder",
    "Files",
    "FilesReader",
    "FinalizedObject",
    "Ids",
    "Increment",
    "Mailer",
    "Message",
    "Moderator",
    "Nearest",
    "Outside",
    "Page",
    "PageSize",
    "PageToken",
    "Query",
    "Queue",
    "RateLimit",
    "RawBody",
    "Remains",
    "Role",
    "Secret",
    "SecretName",
    "ServerTime",
    "Span",
    "Store",
    "StoreReader",
    "TextModel",
    "Tick",
    "Time",
    "UploadSigner",
    "Vector",
    "read_page",
]
