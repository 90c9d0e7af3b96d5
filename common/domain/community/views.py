"""How often a post was looked at: about.

A write for every look would cost more than the look. So about one look in COUNTED is counted, as COUNTED: the sum is
right on average, and after n looks it is off by about the root of COUNTED times n (100 looks: 30; 10,000: 300).
"""

import hashlib

from common.domain.community.models import PostCard
from common.ports import Ids, Increment, Store

COUNTED = 10


def look(post_id: str, store: Store, ids: Ids) -> None:
    """Count a look at a post, before its card is read: then the count rests on nothing.

    Costs two writes one time in ten: the count, and the mark by which a commit knows itself. Chance comes from the
    only source of it, the identifiers.
    """
    drawn = int.from_bytes(hashlib.sha256(ids.new().encode()).digest()[:8])
    if drawn % COUNTED == 0:
        store.update(PostCard, post_id, {"views": Increment(COUNTED)})
