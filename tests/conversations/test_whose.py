"""Whose form a message is about: told from the talk before and after it, never guessed."""

from __future__ import annotations

import pytest

from conversations.turn import Content, Filled, Said, Session, Talk, Tapped
from conversations.whose import SEVERAL, heard_of, said_of

A, B, OWN = "registration:2", "registration:3", "registration"
HEAD = "helping.heading"


def talk(active: str, *slots: str, moved: str = "") -> Talk:
    """A talk with these sessions; moved: the one that is not as it was."""
    return Talk(
        active=active, sessions={s: KEPT[s] if s != moved else Session(OWN) for s in slots}, facts={"helped": 3}
    )


KEPT = {A: Session(OWN, asked="nik"), B: Session(OWN, asked="rw"), OWN: Session(OWN), "helping": Session("helping")}


@pytest.mark.parametrize(
    ("before", "after", "content", "keys", "heard", "said"),
    [
        pytest.param(talk(A, A, B), talk(A, A, B, moved=A), Said("x"), (HEAD,), A, A, id="an answer"),
        pytest.param(talk(A, A, B), talk("", B), Said("kirim"), (HEAD, "helping.finished"), A, A, id="the last answer"),
        pytest.param(talk(A, A, B), talk(B, A, B, moved=B), Said("Budi"), (HEAD,), SEVERAL, B, id="a change by name"),
        pytest.param(talk(A, A, B), talk(B, A, B, moved=B), Tapped(f"{B}.rw", "1"), (HEAD,), B, B, id="a late tap"),
        pytest.param(talk(A, A, B), talk(B, A, B, moved=B), Filled("nik", "1", B), (HEAD,), B, B, id="a late form"),
        pytest.param(talk("helping"), talk(A, A, moved=A), Said("ya"), (HEAD,), SEVERAL, A, id="they are there"),
        pytest.param(
            talk(OWN, OWN),
            talk("helping", OWN, "helping"),
            Said("Siti"),
            ("helping.who.ask",),
            SEVERAL,
            SEVERAL,
            id="a name for somebody who has no slot yet",
        ),
        pytest.param(talk(A, A), talk(A, A), Said("orang saya"), ("people.totals",), SEVERAL, SEVERAL, id="several"),
        pytest.param(talk(A, A), talk("", A), Said("menu"), ("menu.ask",), "", "", id="the menu is nobody's"),
        pytest.param(
            talk("", A), talk("", A), Said("status"), ("status.head",), SEVERAL, SEVERAL, id="where they stand"
        ),
        pytest.param(
            talk(OWN, OWN), talk(OWN, OWN, moved=OWN), Said("x"), ("registration.nik.ask",), "", "", id="their own"
        ),
        pytest.param(
            talk(A, A, B),
            Talk(sessions={A: Session(OWN), B: Session(OWN)}, facts={"helped": 3}),
            Said("x"),
            (HEAD,),
            SEVERAL,
            SEVERAL,
            id="two at once",
        ),
    ],
)
def test_a_message_is_about_one_person_or_about_nobody_alone(
    before: Talk, after: Talk, content: Content, keys: tuple[str, ...], heard: str, said: str
) -> None:
    assert said_of(before, after, keys) == said
    assert heard_of(before, after, content, said) == heard


def test_where_nobody_was_ever_helped_everything_is_their_own() -> None:
    alone = Talk(sessions={OWN: Session(OWN)}, active=OWN)
    assert said_of(alone, alone, ("status.head",)) == heard_of(alone, alone, Said("status"), "") == ""
