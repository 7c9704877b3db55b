"""Random people: they go back, edit, stop, tap old buttons, send stickers and gibberish, come back days later.

Whatever they did on the way, once they answer what is asked and put right what the review page shows wrong, the form
they send is the one of somebody who went straight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.house import build_house
from conversations.conversation import House
from conversations.engine import SUBMITTED, review_lines
from conversations.forms import FORMS
from conversations.turn import Content, Filled, Json, Opened, Said, Sent, Shared, Submitted, Tapped
from tests.conversations.people import ANA, FORM, LONG_ENOUGH, open_now, session_of
from tests.transcripts.replay import Chat

FULL = frozenset({"take_full_id", "share_contact"})


@dataclass(frozen=True)
class Walker:
    """Somebody with one true answer to each question, typed or tapped."""

    name: str
    says: Mapping[str, Content]
    can: frozenset[str] = FULL
    language: str = "id"


def _told(**texts: str) -> dict[str, Content]:
    return {step: Said(text) for step, text in texts.items()}


SITI = Walker(
    "Siti",
    {
        **ANA,
        **_told(full_name="Siti Aminah", nik="3174055708950003", born="17 agustus 95", kelurahan="klender", rw="rw 5"),
        **_told(phone="0812-3456-7890", occupation="jualan sayur", second_occupation="ojol", income="100rb sehari"),
        "programme": Said("2 program"),
        "months": Said("3 bulan"),
    },
)
BUDI = Walker(
    "Budi",
    {
        **ANA,
        **_told(full_name="Budi Santoso", nik="31740517O8950001", born="18/8/95", kelurahan="duren sawt", rw="003/005"),
        **_told(email="budi@gmial.com", occupation="pawang hujan", second_occupation="tidak ada", income="2 juta 300"),
        "sex": Said("laki laki"),
        "reminders": Said("tidak"),
    },
)
LEFT_ALONE = Walker("Ana", {**ANA, "nik": Filled("nik", "3171014502900002")}, can=frozenset(), language="en")
WALKERS = (SITI, BUDI, LEFT_ALONE)


@cache
def _house() -> House:
    return build_house()


def _chat(walker: Walker) -> Chat:
    return Chat(_house(), walker.language, can=walker.can)


_TRUTHS: dict[str, Mapping[str, Json]] = {}


def straight(walker: Walker) -> Mapping[str, Json]:
    """What somebody sends who answers each question once, as it comes."""
    if walker.name not in _TRUTHS:
        talking = _chat(walker)
        while not talking.submitted:
            asked = open_now(talking.talk)
            if not asked:
                talking.send(Said("daftar"))
            elif "?" in asked:
                talking.send(Tapped(f"{FORM}.{asked.partition('?')[0]}?", "yes"))
            else:
                talking.send(_second_half(asked) if ":" in asked else walker.says[asked])
        _TRUTHS[walker.name] = {step: answer.value for step, answer in talking.submitted[0].answers.items()}
    return _TRUTHS[walker.name]


def answer(talking: Chat, walker: Walker) -> Content:
    """Answer what is open; on the review page, put right the first line that is not true, and else send."""
    asked = open_now(talking.talk)
    session = session_of(talking.talk)
    if not asked or session is None:
        stopped = session is not None and talking.talk.active == FORM and session.done not in ("", SUBMITTED)
        return Said("kembali") if stopped else Said("daftar")
    if session.doubt:
        meant = session.doubt.value == straight(walker).get(session.doubt.step)
        return Tapped(f"{FORM}.{session.doubt.step}?", "yes" if meant else "no")
    if ":" in asked:
        return _second_half(asked)
    if asked == "confirm" or session.misses > 1:
        truth = straight(walker)
        lines = review_lines(FORMS[FORM], session)
        wrong = [line.number for line in lines if session.answers[line.step].value != truth.get(line.step)]
        if wrong:
            return Said(f"ubah {wrong[0]}")
    return walker.says[asked]


def _second_half(asked: str) -> Content:
    step, _, half = asked.partition(":")
    if step == "income":
        return Tapped(f"{FORM}.income", "day" if '"?"' in half else "week6" if '"day"' in half else "month4")
    return {
        "kelurahan": Said("Kelurahan Duren Sawit"),
        "occupation": Said("penjahit"),
        "confirm": Said("tidak jadi"),
    }.get(step, Said("tidak ada"))


def go_straight(talking: Chat, walker: Walker) -> Submitted:
    """Answer until the form is sent."""
    for _ in range(LONG_ENOUGH):
        session = session_of(talking.talk)
        if session and session.done == SUBMITTED:
            return talking.submitted[-1]
        talking.send(answer(talking, walker))
    raise AssertionError(f"{walker.name} never came to an end, last asked {open_now(talking.talk)!r}")


class Walk(RuleBasedStateMachine):
    """One chat, walked at random and then finished."""

    walker: Walker
    talking: Chat

    @initialize(walker=st.sampled_from(WALKERS))
    def meet(self, walker: Walker) -> None:
        self.walker = walker
        self.talking = _chat(walker)
        self.talking.send(Opened())

    def _open(self) -> bool:
        session = session_of(self.talking.talk)
        return session is None or session.done != SUBMITTED

    @precondition(_open)
    @rule()
    def answers(self) -> None:
        self.talking.send(answer(self.talking, self.walker))

    @precondition(_open)
    @rule(count=st.integers(2, 9))
    def answers_on(self, count: int) -> None:
        for _ in range(count):
            if self._open():
                self.talking.send(answer(self.talking, self.walker))

    @rule(
        word=st.sampled_from(("kembali", "menu", "lanjut", "status", "lewati", "batal", "bantuan", "data saya", "stop"))
    )
    def commands(self, word: str) -> None:
        self.talking.send(Said(word))

    @rule(number=st.integers(0, 20))
    def changes(self, number: int) -> None:
        self.talking.send(Said(f"ubah {number}"))

    @rule(
        text=st.text(max_size=40) | st.sampled_from(("1", "2", "5", "ya", "tidak", "tetap", "hmm", "3174", "halo kak?"))
    )
    def mumbles(self, text: str) -> None:
        self.talking.send(Said(text))

    @rule(kind=st.sampled_from(("sticker", "voice", "photo", "location", "poll", "other")))
    def sends(self, kind: str) -> None:
        self.talking.send(Sent(kind))

    @rule(number=st.integers(0, 500))
    def taps_an_old_button(self, number: int) -> None:
        buttons = [choice for screen in self.talking.screens for choice in screen]
        if buttons:
            choice = buttons[number % len(buttons)]
            self.talking.send(Tapped(choice.step, choice.value))

    @rule(text=st.sampled_from(("Siti Aminah", "17-8-1995", "7", "2 juta", "apa ya", "klender")))
    def edits_the_last_message(self, text: str) -> None:
        self.talking.send(Said(text), "edited")

    @rule()
    def shares_a_contact(self) -> None:
        self.talking.send(Shared("+6281234567890", own=True))

    @rule(days=st.integers(0, 3))
    def comes_back_later(self, days: int) -> None:
        self.talking.at += timedelta(days=days, hours=1)

    @rule(language=st.sampled_from(("english", "bahasa indonesia")))
    def changes_language(self, language: str) -> None:
        self.talking.send(Said(language))

    @invariant()
    def has_sent_at_most_one_form(self) -> None:
        """Whatever is sent again is a correction: it keeps its receipt."""
        if hasattr(self, "talking"):
            assert len({sent.receipt for sent in self.talking.submitted}) <= 1

    def teardown(self) -> None:
        if not hasattr(self, "talking") or not self._open():
            return
        sent = go_straight(self.talking, self.walker)
        assert {step: answer.value for step, answer in sent.answers.items()} == dict(straight(self.walker))


def test_going_straight_says_what_each_person_means() -> None:
    assert straight(SITI)["income"] == 2_600_000
    assert straight(BUDI)["nik"] == "3174051708950001"
    assert straight(BUDI)["email"] == "budi@gmail.com"
    assert straight(BUDI)["sector"] == "other"
    assert straight(LEFT_ALONE)["second_occupation"] is None


TestWalks = Walk.TestCase
TestWalks.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
