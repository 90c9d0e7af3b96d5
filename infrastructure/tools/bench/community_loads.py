"""The community: a post written, and a page of posts, as fast as it goes."""

import math
import time
from collections.abc import Iterator
from datetime import timedelta

from common.domain.community import boards
from common.domain.community.models import Post, PostCard
from common.ports.database import Write
from common.ports.store import Query
from infrastructure.tools.bench import clients, loads
from infrastructure.tools.bench.clients import Call, Load
from infrastructure.tools.bench.report import Aim, Row, Table
from infrastructure.tools.bench.run import Bench, Server

WANTED = {("post create", 1): 266, ("post create", 8): 92, ("posts, newest", 1): 148, ("posts, newest", 8): 148}
"""Requests a second: the best of the peers that were measured, which were not at 32 connections."""
SEEDED = 10_000
"""Posts that there are when it begins: a page costs what it shows, whatever the board holds."""
A_BATCH = 100
PATIENCE = 5.0
"""Seconds for the requests under way when a load ends."""
POSTS = Query(Post)
CARDS = Query(PostCard)


def community(bench: Bench) -> Table:
    """A post (one read, three writes, a task), and a page of 20 posts, newest first or most liked first (21 reads)."""
    rounds = f"{bench.effort.rounds} rounds of {bench.effort.seconds:g} s"
    table = Table("community", f"a post written, with its task, and a page of 20 posts ({rounds})", loads.COLUMNS)
    measured: dict[tuple[str, int], list[Load]] = {}
    seeded = math.ceil(SEEDED * bench.effort.learners / 400)
    with bench.server() as server:
        _seed(server, seeded)
        for _ in range(bench.effort.rounds):
            for connections in loads.CONNECTIONS:
                server.drain()
                asked = {
                    "post create": list(_posts(server)),
                    "posts, newest": list(_pages(server, "new")),
                    "posts, most liked": list(_pages(server, "top")),
                }
                for name, calls in asked.items():
                    file = server.data / f"bench-{connections}"
                    load = clients.each(server.port, calls, file, connections, bench.effort.seconds)
                    measured.setdefault((name, connections), []).append(load)
        kept = _kept(server)
    table.rows = [
        loads.row(f"{name}, {count} at once", found, rate=WANTED.get((name, count)))
        for (name, count), found in measured.items()
    ]
    table.rows.append(kept)
    table.notes.append(f"{len(server.tokens)} learners in turn, {seeded} posts before the first")
    table.notes.append(loads.made_by())
    return table


def _seed(server: Server, count: int) -> None:
    """So many posts for everybody, a second apart, each a hundredth of the learners may have liked."""
    began = server.world.clock.now() - timedelta(days=30)
    for first in range(0, count, A_BATCH):
        writes = []
        for number in range(first, min(first + A_BATCH, count)):
            user_id, at = server.user_ids[number % len(server.user_ids)], began + timedelta(seconds=number)
            told = {"post_id": server.world.ids.new(), "user_id": user_id, "author_name": "Bench", "created_at": at}
            post = Post(**told, board=boards.EVERYBODY, title=f"Question {number}", body="Why do loops end?")
            card = PostCard(
                **told, listed_in=boards.EVERYBODY, title=post.title, excerpt=post.body, likes=number * 7919 % 101
            )
            writes += [Write("set", type(one), one.stored_id, document=one) for one in (post, card)]
        server.world.database.commit(writes)


def _posts(server: Server) -> Iterator[Call]:
    """Each learner in turn."""
    for number, token in enumerate(server.tokens):
        body = {"title": f"Bench {number}", "body": "What **ends** a loop?", "tags": ["bench"]}
        yield Call.json("/v1/posts", body, Authorization=f"Bearer {token}")


def _pages(server: Server, sort: str) -> Iterator[Call]:
    for token in server.tokens:
        yield Call("GET", f"/v1/posts?page_size=20&sort={sort}", {"Authorization": f"Bearer {token}"})


def _kept(server: Server) -> Row:
    """Whether there is one card for each post, once the last answer was given up."""
    until = time.monotonic() + PATIENCE
    while True:
        posts, cards = (server.world.database.count(query, {}) for query in (POSTS, CARDS))
        if posts == cards or time.monotonic() > until:
            break
        time.sleep(0.1)
    return Row("posts", (f"{posts} posts", f"{cards} cards"), (Aim("a card each", posts == cards),))
