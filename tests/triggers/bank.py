"""A little bank: each kind of write, a chain of tasks, and letters that go out into the world."""

from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel

from common.errors import Conflict
from common.ports import (
    AllQueues,
    Clock,
    Document,
    Ids,
    Increment,
    Mailer,
    Message,
    Outside,
    Query,
    Queue,
    Store,
    Time,
)
from common.ports.mailer import Mail
from common.ports.queue import UNSENT
from common.triggers import Created, http, schedule, task

STEPS = 2


class Transfer(Document, collection="transfers", key="transfer_id"):
    transfer_id: str
    number: int


class Slot(Document, collection="slots", key="slot_id"):
    """One transfer of each number."""

    slot_id: str


class Account(Document, collection="accounts", key="account_id"):
    account_id: str
    balance: int


class Total(Document, collection="totals", key="total_id"):
    total_id: str
    count: int = 0
    amount: int = 0


class Trace(Document, collection="traces", key="trace_id"):
    """That a step was taken; its id is random, so that a step taken twice shows."""

    trace_id: str
    step: str


class Letter(Document, collection="letters", key="letter_id"):
    """What is known of a letter."""

    letter_id: str
    number: int
    state: Literal["sent", "unknown"]
    at: Time


TRANSFERS = Query(Transfer)
TRACES = Query(Trace)
LETTERS = Query(Letter)


class Order(BaseModel):
    number: int
    amount: int


class Receipt(BaseModel):
    transfer_id: str


class SlotTaken(Conflict):
    code: ClassVar[str] = "slot_taken"


class Ripple(Message, key=("number", "cursor")):
    number: int
    cursor: int


class Post(Message):
    number: int


@http.post("/v1/transfers", role="learner")
def transfer(order: Order, store: Store, ripples: Queue[Ripple], ids: Ids) -> Created[Receipt]:
    """Move an amount from one account to another, once for each number."""
    made = Transfer(transfer_id=ids.new(), number=order.number)
    target = store.get(Account, "target") or Account(account_id="target", balance=0)
    store.create(made)
    store.put(target.model_copy(update={"balance": target.balance + order.amount}))
    store.amend(
        Account, "source", lambda account: account.model_copy(update={"balance": account.balance - order.amount})
    )
    store.update(Total, "all", {"count": Increment(1), "amount": Increment(order.amount)})
    store.create(Slot(slot_id=f"n{order.number}"), SlotTaken())
    ripples.stage(Ripple(number=order.number, cursor=0))
    return Created(Receipt(transfer_id=made.transfer_id))


@task()
def ripple(said: Ripple, store: Store, ripples: Queue[Ripple], letters: Queue[Post], ids: Ids) -> None:
    """One step of a chain, and the next."""
    store.create(Trace(trace_id=ids.new(), step=f"{said.number}/{said.cursor}"))
    store.update(Total, "steps", {"count": Increment(1)})
    if said.cursor + 1 < STEPS:
        ripples.stage(Ripple(number=said.number, cursor=said.cursor + 1))
    else:
        letters.stage(Post(number=said.number))


@task()
def post(said: Post, store: Store, mailer: Mailer, outside: Outside, clock: Clock, ids: Ids) -> None:
    """One letter, at most once: whoever finds that it was begun cannot know whether it went out."""
    state: Literal["sent", "unknown"] = "unknown"
    if outside.begin(f"letter-{said.number}"):
        mailer.send(Mail(f"letter-{said.number}", "ada@example.org", "A letter", "Hello"))
        state = "sent"
    store.create(Letter(letter_id=ids.new(), number=said.number, state=state, at=clock.now()))
    store.update(Total, "letters", {"count": Increment(1)})


@schedule("*/5 * * * *")
def sweep(store: Store, queues: AllQueues, clock: Clock) -> None:
    """Send again what is pending past its time."""
    now = clock.now()
    for record in store.query(UNSENT, {"status": "PENDING", "check_at": now}, limit=100):
        queues.resend(record, now + timedelta(minutes=10))
