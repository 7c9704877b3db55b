"""Sessions and talks as JSON and back: what is stored between two messages, and nothing that only one Python knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import cast

from conversations.turn import Answer, Doubt, Json, Offered, Session, Talk

PLAIN = frozenset(f.name for f in fields(Session)) - {"answers", "kept", "doubt", "touched"}


def dump_session(session: Session) -> dict[str, Json]:
    """Write a session as JSON; what is empty is left out."""
    doubt = session.doubt
    whole: dict[str, Json] = {
        "form": session.form,
        "answers": dump_answers(session.answers),
        "asked": session.asked,
        "partial": session.partial,
        "doubt": [doubt.step, doubt.value, doubt.code, dict(doubt.facts), doubt.said, list(doubt.flags)]
        if doubt
        else None,
        "misses": session.misses,
        "kept": dump_answers(session.kept),
        "facts": dict(session.facts),
        "done": session.done,
        "last": session.last,
        "touched": session.touched.isoformat(),
    }
    return {name: value for name, value in whole.items() if value not in (None, "", 0, {})}


def load_session(saved: Mapping[str, Json]) -> Session:
    """Read a session. Fields of a later version are ignored, so that a rollback can still read it."""
    plain = {name: value for name, value in saved.items() if name in PLAIN}
    doubt = cast("list[Json] | None", saved.get("doubt"))
    return Session(
        **plain,  # type: ignore[arg-type]  # the names are the class's own, the values are what it dumped
        answers=load_answers(cast("dict[str, Json]", saved.get("answers", {}))),
        kept=load_answers(cast("dict[str, Json]", saved.get("kept", {}))),
        doubt=_load_doubt(doubt) if doubt else None,
        touched=datetime.fromisoformat(str(saved["touched"])),
    )


def dump_answers(answers: Mapping[str, Answer]) -> dict[str, Json]:
    """Write answers as step → [value, said, flags]."""
    return {step: [a.value, a.said, list(a.flags)] for step, a in answers.items()}


def load_answers(saved: Mapping[str, Json]) -> dict[str, Answer]:
    """Read answers."""
    answers = {}
    for step, triple in saved.items():
        value, said, flags = cast("list[Json]", triple)
        answers[step] = Answer(value, str(said), tuple(str(flag) for flag in cast("list[Json]", flags)))
    return answers


def dump_talk(talk: Talk) -> dict[str, Json]:
    """Write a talk without its sessions, which are rows of their own."""
    return {
        "active": talk.active,
        "offered": [[o.step, o.value, o.label] for o in talk.offered],
        "facts": dict(talk.facts),
    }


def load_talk(saved: Mapping[str, Json], language: str, sessions: Mapping[str, Session]) -> Talk:
    """Read a talk, given its language and its sessions."""
    offered = cast("list[list[str]]", saved.get("offered", []))
    return Talk(
        language=language,
        active=str(saved.get("active", "")),
        sessions=sessions,
        offered=tuple(Offered(*triple) for triple in offered),
        facts=cast("dict[str, Json]", saved.get("facts", {})),
    )


def _load_doubt(saved: list[Json]) -> Doubt:
    step, value, code, facts, said, flags = saved
    return Doubt(
        str(step), value, str(code), cast("dict[str, Json]", facts), str(said), tuple(cast("list[str]", flags))
    )
