"""Is the person there? Heard from what people say of where somebody is, and asked again where it may mean either."""

from __future__ import annotations

import pytest

from bot.house import build_house
from conversations.turn import Said
from tests.transcripts.replay import Chat


def _told(where: str) -> Chat:
    talking = Chat(build_house())
    for said in ("daftarkan orang lain", "Siti", where):
        talking.send(Said(said))
    return talking


@pytest.mark.parametrize(
    "where",
    [
        *("dia di rumah", "orangnya di rumah", "Siti lagi kerja", "masih di kampung", "nggak, dia di rumah", "jauh"),
        *("lagi narik kak", "ada di rumah", "di luar kota", "ga ada", "ibunya lagi di pasar"),
    ],
)
def test_who_is_somewhere_else_is_waited_for(where: str) -> None:
    talking = _told(where)
    assert talking.talk.sessions["helping"].done == "absent"
    assert "registration:2" not in talking.talk.sessions


@pytest.mark.parametrize(
    "where", ["di samping saya", "dia ada di sebelah saya", "ada di sini kak", "lagi sama saya nih", "ada"]
)
def test_who_is_there_begins(where: str) -> None:
    assert _told(where).talk.active == "registration:2"


@pytest.mark.parametrize(
    "where", ["di rumah saya", "bukan di rumah", "saya di rumah dia", "dia di rumah?", "belum di sini"]
)
def test_what_may_mean_either_is_asked_about(where: str) -> None:
    talking = _told(where)
    assert talking.talk.active == "helping"
    assert not talking.talk.sessions["helping"].answers.get("present")
