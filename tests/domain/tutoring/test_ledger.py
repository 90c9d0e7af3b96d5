"""The ledger of AI calls."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from common.adapters.local.sqlite import Sqlite
from common.adapters.system import JitteredPatience, RandomIds
from common.domain.tutoring.ledger import CALLS, KEPT, AiCall, record
from common.domain.tutoring.prompts import choose
from common.ports.ai import Usage
from common.settings import Settings
from common.triggers.unit_of_work import UnitOfWork

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
USAGE = Usage(model="m", input_tokens=10, cached_input_tokens=4, output_tokens=5, latency_ms=120, cost_micros=30)


class Still:
    def now(self) -> datetime:
        return NOW


def test_each_call_leaves_one_document_and_no_text(tmp_path: Path) -> None:
    database = Sqlite(Settings(adapters="local", data=tmp_path))
    unit, ids, prompt = UnitOfWork(database), RandomIds(), choose("answer", "ada", {})
    note = partial(record, unit, ids, Still(), user_id="ada", purpose="chat")
    note(served_by="model", outcome="answered", usage=USAGE, prompt=prompt)
    note(served_by="offline", outcome="over_budget")
    unit.commit(JitteredPatience())
    assert unit.billed.writes == 2

    calls = UnitOfWork(database).query(CALLS, {"user_id": "ada", "purpose": "chat"}, limit=10)
    asked, refused = sorted(calls, key=lambda call: -call.cost_micros)
    assert (asked.model, asked.cost_micros, asked.latency_ms, asked.output_tokens) == ("m", 30, 120, 5)
    assert (asked.prompt_id, asked.prompt_version, asked.prompt_digest) == ("answer", prompt.version, prompt.digest)
    assert (refused.model, refused.cost_micros, refused.prompt_id, refused.outcome) == (None, 0, None, "over_budget")
    assert asked.expires_at - asked.at == KEPT > timedelta(days=365)
    assert not {"text", "question", "answer", "instructions"} & set(AiCall.model_fields)
    database.close()
