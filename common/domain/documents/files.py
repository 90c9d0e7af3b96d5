"""Where the files of documents are kept."""

from common.ports import Bucket


class Uploads(Bucket, name="uploads"):
    """What learners upload; a document's file is `documents/<owner>/<document_id>` (StoredDocument.owner)."""
