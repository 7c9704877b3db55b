"""`python -m benchmarks.questions`: how typed questions are answered, and whether answers are taken for them."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from bot.house import build_house
from conversations.conversation import House
from conversations.matching import NAMES
from conversations.questions import answer, wonder
from conversations.turn import Said, Talk
from tests.transcripts.replay import Chat

Outcome: TypeAlias = Literal["right", "among three", "human", "wrong"]
OUTCOMES: tuple[Outcome, ...] = ("right", "among three", "human", "wrong")
DAY = date(2026, 11, 24)
CORPORA = Path(__file__).parent.parent / "tests" / "conversations"

# Which labelled answers are typed at which question, and what has to be said before.
_BEFORE = ("daftar", "dibantu", "setuju", "1", "Siti Aminah", "3174055708950003", "17-8-1995", "ya", "perempuan")
SWALLOWED_FROM: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "full_name": ("name", _BEFORE[:4]),
    "nik": ("nik", _BEFORE[:5]),
    "born": ("day", _BEFORE[:6]),
    "kelurahan": ("area", _BEFORE),
    "rw": ("rw", (*_BEFORE, "klender")),
    "phone": ("phone", (*_BEFORE, "klender", "5")),
    "email": ("email", (*_BEFORE, "klender", "5", "lewati")),
    "occupation": ("occupation", (*_BEFORE, "klender", "5", "lewati", "lewati")),
    "income": ("money", (*_BEFORE, "klender", "5", "lewati", "lewati", "ojol", "lewati")),
}


def labelled(name: str = "questions") -> list[tuple[str, str]]:
    """Read the labelled questions: text, and the question it asks or "none"."""
    with (CORPORA / f"corpus_{name}.csv").open(newline="", encoding="utf-8") as lines:
        return [(row["text"], row["expected"]) for row in csv.DictReader(lines)]


def judge(text: str, expected: str) -> Outcome:
    """Say what comes of one text. Of what is nobody's question, offering or a person is right and an answer wrong."""
    reply = wonder(text, DAY)
    if reply is not None and reply.key.endswith(".answer"):
        return "right" if reply.key == f"question.{expected}.answer" else "wrong"
    if expected == "none":
        return "right"
    offered = {option.value for option in reply.options} if reply is not None else set()
    return "among three" if f"question:{expected}" in offered else "human"


class Tally:
    """Outcomes, counted."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self.counts = Counter(outcomes)

    @property
    def asked(self) -> int:
        return sum(self.counts.values())

    def share(self, outcome: Outcome) -> float:
        return self.counts[outcome] / self.asked

    def __str__(self) -> str:
        return ", ".join(f"{outcome} {self.counts[outcome]} ({self.share(outcome):.1%})" for outcome in OUTCOMES)


def ordinary_answers() -> list[tuple[str, str]]:
    """List what people typed as answers: every labelled text that its field understands, with its step."""
    found = []
    for step, (name, _) in SWALLOWED_FROM.items():
        with (CORPORA / "fields" / f"corpus_{name}.csv").open(newline="", encoding="utf-8") as lines:
            rows = [row for row in csv.DictReader(lines) if row["expected"].split(" ")[0] in ("took", "sure", "half")]
        found += [(step, row["text"]) for row in rows]
    return found


@cache
def _talk_at(step: str) -> Talk:
    chat = Chat(build_house())
    for text in SWALLOWED_FROM[step][1]:
        chat.send(Said(text))
    assert chat.talk.sessions["registration"].asked == step, f"{step}: the chat stands elsewhere"
    return chat.talk


def swallowed(house: House, step: str, text: str) -> bool:
    """Say whether an answer to this question is answered as a question, or has questions offered for it."""
    chat = Chat(house, talk=_talk_at(step))
    message = chat.send(Said(text)).message
    if message is None:
        return False
    return message.text.startswith(_answers(chat)) or any(c.value.startswith("question:") for c in message.choices)


def _answers(chat: Chat) -> tuple[str, ...]:
    words = chat.house.words[chat.language]
    replies = [answer(name, chat.at.date()) for name in NAMES]
    return tuple(words.text(reply.key, reply.facts) for reply in replies)


def main() -> None:
    rows = labelled()
    ours = [row for row in rows if row[1] != "none"]
    print(f"{len(rows)} typed questions, {len(rows) - len(ours)} of them about other matters")
    print("all:           ", Tally(judge(*row) for row in rows))
    print("ours:          ", Tally(judge(*row) for row in ours))
    print("others' matter:", Tally(judge(*row) for row in rows if row[1] == "none"))
    for name, typed in (
        ("questions_unseen", "later, tuned on since"),
        ("questions_fresh", "in Jakarta slang, never tuned on"),
    ):
        rows = labelled(name)
        print(f"{len(rows)} {typed}:", Tally(judge(*row) for row in rows))
    answers = ordinary_answers()
    house = build_house()
    taken = [pair for pair in answers if swallowed(house, *pair)]
    print(f"{len(answers)} ordinary answers, {len(taken)} swallowed as questions", *taken)


if __name__ == "__main__":
    main()
