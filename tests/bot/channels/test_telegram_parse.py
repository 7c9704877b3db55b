"""Every kind of update Telegram sends means one thing, and none of them is an exception."""

from __future__ import annotations

import copy
import json
import timeit
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.channel import Arrived, Ignored, InGroup, Unreadable
from bot.channels.telegram_parse import parse

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SAMPLES = json.loads((Path(__file__).parents[2] / "payloads" / "telegram.json").read_text())
UPDATES = {sample["name"]: sample["update"] for sample in SAMPLES}


def meaning(update: object) -> str:
    parsed = parse(update, AT, "4242")
    match parsed:
        case Arrived():
            return f"{parsed.content}" + (" edited" if parsed.edited else "")
        case Unreadable():
            return f"Unreadable({parsed.why})"
        case InGroup():
            return f"InGroup({parsed.address})"
        case _:
            return str(parsed)


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample["name"] for sample in SAMPLES])
def test_an_update_means_what_the_table_says(sample: dict[str, Any]) -> None:
    assert meaning(sample["update"]) == sample["means"]


def test_every_meaning_can_be_written_down_in_utf8() -> None:
    for sample in SAMPLES:
        repr(parse(sample["update"], AT)).encode()


def test_an_arrival_knows_whom_to_answer_and_what_to_delete() -> None:
    arrived = parse(UPDATES["text"], AT, "4242")
    assert isinstance(arrived, Arrived)
    assert (arrived.channel, arrived.message_id, arrived.at) == ("telegram", "4242:1001", AT)
    assert [(address.kind, address.value) for address in arrived.addresses] == [("id", "700000001")]
    assert arrived.handle == {"chat": "700000001", "message": "100"}
    assert (arrived.language, arrived.own_phone) == ("id", None)


def test_a_tap_brings_what_freezing_its_message_needs() -> None:
    arrived = parse(UPDATES["tap"], AT)
    assert isinstance(arrived, Arrived)
    assert "message" not in arrived.handle  # nothing of the person's to delete
    assert {name: arrived.handle[name] for name in ("callback", "chat", "question", "label", "text")} == {
        "callback": "4382bfdwdsb323b2d9",
        "chat": "700000001",
        "question": "88",
        "label": "Ya, setuju",
        "text": "Setuju kak?",
    }
    assert json.loads(arrived.handle["entities"]) == [{"type": "bold", "offset": 0, "length": 6}]


def test_pictures_of_one_album_arrive_under_one_id() -> None:
    first, second = (
        parse(UPDATES[name], AT, "4242") for name in ("picture of an album", "second picture of the album")
    )
    assert isinstance(first, Arrived)
    assert isinstance(second, Arrived)
    assert first.message_id == second.message_id == "4242:album:13900000000000001"


def test_all_messages_of_one_group_arrive_under_one_id() -> None:
    first, second = (parse(UPDATES[name], AT, "4242") for name in ("start in a group", "another command in the group"))
    assert isinstance(first, InGroup)
    assert isinstance(second, InGroup)
    assert first.message_id == second.message_id


def test_a_shared_contact_vouches_for_the_number() -> None:
    arrived = parse(UPDATES["own contact"], AT)
    assert isinstance(arrived, Arrived)
    assert arrived.own_phone == "+628120000001"
    assert arrived.handle["keyboard"] == "contact"


def test_nobodys_name_is_kept() -> None:
    for name, update in UPDATES.items():
        if "contact" not in name:
            assert "Aminah" not in repr(parse(update, AT)) or "edited text" in name
            assert "siti_contoh" not in repr(parse(update, AT))


@pytest.mark.parametrize("junk", [None, 5, "x", [], {}, {"update_id": "7"}, {"update_id": True}, {"update_id": None}])
def test_what_is_no_update_at_all_is_unreadable(junk: object) -> None:
    assert isinstance(parse(junk, AT), Unreadable)


def _places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner: list[tuple[Any, ...]] = [path] if path else []
    if isinstance(value, dict):
        for key in value:
            inner += _places(value[key], (*path, key))
    elif isinstance(value, list):
        for place in range(len(value)):
            inner += _places(value[place], (*path, place))
    return inner


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.sampled_from(["private", "kicked", "\ud800", "1|a", "|||", "/start", 2**70, -1, {"id": {}}, [[]], [[{}]]]),
)  # fmt: skip


@given(data=st.data())
def test_no_mutation_of_an_update_raises(data: st.DataObject) -> None:
    update = copy.deepcopy(data.draw(st.sampled_from(SAMPLES))["update"])
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(update)
        if not places:
            break
        *parents, last = data.draw(st.sampled_from(places))
        target = update
        for step in parents:
            target = target[step]
        if isinstance(target, dict) and data.draw(st.booleans()):
            del target[last]
        else:
            target[last] = data.draw(ODD)
    parsed = parse(update, AT, "4242")
    assert isinstance(parsed, Arrived | Ignored | InGroup | Unreadable)
    repr(parsed).encode()


def test_reading_costs_microseconds() -> None:
    """The library's own objects take about 120 µs an update; one core must read tens of thousands a second."""
    update = UPDATES["tap"]
    best = min(timeit.repeat(lambda: parse(update, AT, "4242"), number=2000, repeat=5)) / 2000
    assert best < 60e-6
