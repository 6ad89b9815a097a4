from __future__ import annotations

import hashlib
import json

import pytest

from delegation_guard.attribution import record
from delegation_guard.errors import GuardError

TEXT = "TASK T-1: x\r\n\udcff\n"
HANDOFF = record.Handoff(
    "T-1", ".delegation/specs/T-1.md", hashlib.sha256(TEXT.encode("utf-8", "surrogateescape")).hexdigest(), TEXT,
    "c" * 40, "d" * 40, {"a\udce9.py": ("100644", "e" * 40), "gone": ("000000", "")}, "2030-01-01T00:00:00Z",
    "claude", "build", "claude-haiku-4-5", True,
)  # fmt: skip


def test_what_is_written_is_read_back(tmp_path) -> None:
    assert record.read(tmp_path) is None
    record.write(tmp_path, HANDOFF)
    assert record.read(tmp_path) == HANDOFF
    assert [path.name for path in tmp_path.iterdir()] == ["handoff.json"]


def test_an_amendment_replaces_the_record(tmp_path) -> None:
    record.write(tmp_path, HANDOFF)
    text = "TASK T-1: y\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    record.write(tmp_path, record.replaced(HANDOFF, spec_text=text, spec_sha256=digest))
    assert record.read(tmp_path).spec_data == text.encode()


def test_closing_keeps_it_among_the_closed_ones(tmp_path) -> None:
    for _ in range(2):
        record.write(tmp_path, HANDOFF)
        record.close(tmp_path, "finished")
        assert record.read(tmp_path) is None
    assert record.known(tmp_path) == (HANDOFF, HANDOFF)
    record.close(tmp_path, "finished")
    assert len(record.known(tmp_path)) == 2


def test_the_active_one_is_known_first_and_a_broken_closed_one_is_passed_over(tmp_path) -> None:
    record.write(tmp_path, HANDOFF)
    record.close(tmp_path, "finished")
    (tmp_path / "handoffs" / "0002-x.json").write_text("{")
    active = record.replaced(HANDOFF, task="T-2")
    record.write(tmp_path, active)
    assert record.known(tmp_path) == (active, HANDOFF)


def _broken():
    fields = json.loads(record._encoded(HANDOFF, ""))
    yield "empty", b""
    yield "half", record._encoded(HANDOFF, "")[:-40]
    yield "list", b"[]"
    yield "version", json.dumps({**fields, "version": 2}).encode()
    yield "digest", json.dumps({**fields, "spec_text": "TASK T-1: everything allowed"}).encode()
    yield "kind", json.dumps({**fields, "task": 1}).encode()
    yield "flag", json.dumps({**fields, "committed": "yes"}).encode()
    yield "dirt", json.dumps({**fields, "dirt": {"a": ["100644"]}}).encode()
    yield "dirt-list", json.dumps({**fields, "dirt": ["a"]}).encode()
    yield "missing", json.dumps({key: value for key, value in fields.items() if key != "base_tree"}).encode()
    yield "not-text", b"\xff\xfe"


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in _broken()])
def test_a_corrupt_record_says_how_to_repair_it(tmp_path, data: bytes) -> None:
    (tmp_path / "handoff.json").write_bytes(data)
    with pytest.raises(GuardError) as caught:
        record.read(tmp_path)
    assert "handoff.json" in caught.value.message
    assert "delegation-guard handoff start" in caught.value.hint


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(GuardError):
        record.write(tmp_path / "state", HANDOFF)
