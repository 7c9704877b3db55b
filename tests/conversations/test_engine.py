"""The engine's promises that a transcript does not show by itself, on a form of five questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

import pytest

from conversations.conditions import answered, flagged
from conversations.engine import SUBMITTED, advance, change, go_back, recap, skip
from conversations.fields.field import Asking, Problem, Took, Unsure
from conversations.fields.income import Income
from conversations.fields.one_of import OneOf
from conversations.fields.rw import Rw
from conversations.fields.text import PersonName
from conversations.form import Ask, Form, Stop
from conversations.turn import (
    Answer,
    Consented,
    Fact,
    Filled,
    FormOffered,
    Inbound,
    Json,
    Offered,
    Redact,
    Said,
    SentBack,
    Session,
    Submitted,
    Tapped,
    Turn,
)

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@dataclass(frozen=True)
class NotTheSame:
    """The second name may not be the first; long names are flagged."""

    problems: Mapping[str, Mapping[str, Fact]] = field(default_factory=lambda: {"same": {}})
    doubts: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    flags: tuple[str, ...] = ("longer_than_first",)

    def __call__(self, took: Took, asking: Asking) -> Took | Problem | Unsure:
        first = str(asking.answers.get("name", ""))
        if took.value == first:
            return Problem("same")
        return Took(took.value, self.flags) if len(str(took.value)) > len(first) else took


FORM = Form(
    "trial",
    (
        Ask("agree", OneOf("agree", "decline", yes="agree", no="decline"), consent="data", listed=False),
        Stop("declined", answered("agree", "decline"), wipes=True),
        Ask("name", PersonName()),
        Ask("rw", Rw(), private=True),
        Ask("friend", PersonName(), optional=True, check=NotTheSame()),
        Stop("long", flagged("friend", "longer_than_first")),
        Ask("send", OneOf("send", "wait"), listed=False),
    ),
)
AT_FRIEND = Session("trial", answers={"agree": Answer("agree"), "name": Answer("Ana"), "rw": Answer(5)}, asked="friend")


def inbound(content: object = None, can: tuple[str, ...] = ("take_full_id",), *, edited: bool = False) -> Inbound:
    return Inbound(content or Said(""), NOW, date(2026, 11, 24), "TK-1", "https://x/1", frozenset(can), edited=edited)


def say(session: Session, *texts: str, form: Form = FORM, offered: tuple[Offered, ...] = ()) -> Turn:
    turn = Turn(session)
    for text in texts:
        turn = advance(form, turn.session, inbound(Said(text)), offered)
    return turn


def keys(turn: Turn) -> list[str]:
    return [reply.key for reply in turn.replies]


def effects(turn: Turn, kind: type) -> list[object]:
    return [effect for effect in turn.effects if isinstance(effect, kind)]


def options_of(step: str, *values: str) -> tuple[Offered, ...]:
    return tuple(Offered(step, value, value) for value in values)


# ---- numbers beside a question ------------------------------------------------------------------------------------


def test_a_bare_number_that_may_be_the_answer_or_option_one_is_asked_about() -> None:
    session = go_back(FORM, AT_FRIEND, inbound()).session
    assert session.asked == "rw"
    turn = say(session, "1", offered=options_of("trial.rw", "=keep"))
    assert "rw" not in turn.session.answers
    assert keys(turn) == ["trial.rw.sure.pair"]
    sure = say(turn.session, "ya", offered=options_of("trial.rw?", "yes", "no"))
    assert sure.session.answers["rw"].value == 1
    for plain, number in (("rw 1", 1), ("2", 2)):
        taken = say(session, plain, offered=options_of("trial.rw", "=keep"))
        assert taken.session.answers["rw"].value == number


def test_a_bare_number_keeps_the_answer_where_it_cannot_be_one() -> None:
    session = go_back(FORM, go_back(FORM, AT_FRIEND, inbound()).session, inbound()).session
    assert session.asked == "name"
    turn = say(session, "1", offered=options_of("trial.name", "=keep"))
    assert turn.session.answers["name"].value == "Ana"


@pytest.mark.parametrize("word", ["tetap", "Tetap yang tadi", "sama"])
def test_keep_is_understood_in_words(word: str) -> None:
    session = go_back(FORM, AT_FRIEND, inbound()).session
    assert say(session, word, offered=options_of("trial.rw", "=keep")).session.answers["rw"].value == 5


def test_an_optional_question_is_skipped_by_its_option_number() -> None:
    turn = say(AT_FRIEND, "1", offered=options_of("trial.friend", "=skip"))
    assert turn.session.answers["friend"].value is None
    assert turn.session.asked == "send"


def test_a_question_that_must_be_answered_is_not_skipped() -> None:
    session = replace(AT_FRIEND, answers={"agree": Answer("agree")}, asked="name")
    assert keys(skip(FORM, session, inbound()))[0] == "engine.cannot_skip"


# ---- old buttons --------------------------------------------------------------------------------------------------


def test_the_last_step_is_answered_only_while_it_is_open() -> None:
    at_end = skip(FORM, AT_FRIEND, inbound()).session
    changing = change(FORM, at_end, inbound(), 1).session
    turn = advance(FORM, changing, inbound(Tapped("trial.send", "send")))
    assert keys(turn)[0] == "engine.old_button"
    assert turn.session.asked == "name"
    assert not effects(turn, Submitted)


def test_a_button_of_a_question_yet_to_come_is_old() -> None:
    fresh = Session("trial", asked="agree")
    turn = advance(FORM, fresh, inbound(Tapped("trial.friend", "=skip")))
    assert keys(turn)[0] == "engine.old_button"
    assert not turn.session.answers


def test_a_late_tap_changes_the_answer_and_says_so() -> None:
    turn = advance(FORM, AT_FRIEND, inbound(Tapped("trial.agree", "agree")))
    assert keys(turn)[0] == "trial.agree.took"
    assert turn.session.asked == "friend"


def test_a_button_whose_option_is_gone_is_old() -> None:
    turn = advance(FORM, AT_FRIEND, inbound(Tapped("trial.agree", "maybe")))
    assert keys(turn)[0] == "engine.old_button"


def test_yes_to_a_doubt_that_is_settled_is_old() -> None:
    turn = advance(FORM, AT_FRIEND, inbound(Tapped("trial.name?", "yes")))
    assert keys(turn)[0] == "engine.old_button"


# ---- doubts -------------------------------------------------------------------------------------------------------


def doubting() -> Session:
    return say(replace(AT_FRIEND, answers={"agree": Answer("agree")}, asked="name"), "halo kak").session


def test_half_a_yes_asks_the_doubt_again_and_is_no_answer() -> None:
    session = doubting()
    assert session.doubt
    turn = say(session, "iya kayaknya", offered=options_of("trial.name?", "yes", "no"))
    assert keys(turn) == ["trial.name.sure.greeting"]
    assert "name" not in turn.session.answers


def test_another_answer_replaces_the_doubted_one() -> None:
    turn = say(doubting(), "Siti Aminah", offered=options_of("trial.name?", "yes", "no"))
    assert turn.session.answers["name"].value == "Siti Aminah"
    assert turn.session.doubt is None


def test_back_out_of_a_doubt_asks_the_same_question() -> None:
    turn = go_back(FORM, doubting(), inbound())
    assert keys(turn)[0] == "trial.name.ask"


# ---- three misses -------------------------------------------------------------------------------------------------


def test_the_second_miss_brings_an_example_and_the_third_a_person() -> None:
    session = replace(AT_FRIEND, answers={"agree": Answer("agree"), "name": Answer("Ana")}, asked="rw")
    first, second, third = say(session, "hm"), say(session, "hm", "hm"), say(session, "hm", "hm", "hm")
    assert keys(first) == ["trial.rw.retry.no_number"]
    assert keys(second) == ["trial.rw.retry.no_number", "trial.rw.example"]
    assert keys(third) == ["trial.rw.retry.no_number", "trial.rw.help"]
    assert [option.value for option in third.replies[-1].options] == ["help"]


def test_misses_are_counted_anew_at_the_next_question() -> None:
    session = replace(AT_FRIEND, answers={"agree": Answer("agree"), "name": Answer("Ana")}, asked="rw")
    assert say(session, "hm", "hm", "5").session.misses == 0


# ---- private questions --------------------------------------------------------------------------------------------


def test_a_channel_that_may_not_ask_gets_the_form_and_reads_nothing_typed() -> None:
    session = replace(AT_FRIEND, answers={"agree": Answer("agree"), "name": Answer("Ana")}, asked="rw")
    turn = advance(FORM, session, inbound(Said("5"), can=()))
    assert keys(turn)[:2] == ["engine.use_the_form", "trial.rw.ask_form"]
    assert effects(turn, FormOffered)
    assert "rw" not in turn.session.answers


def test_the_form_answers_even_if_the_person_went_back_meanwhile() -> None:
    session = replace(AT_FRIEND, answers={"agree": Answer("agree")}, asked="name")
    turn = advance(FORM, session, inbound(Filled("rw", "5")))
    assert turn.session.answers["rw"].value == 5
    assert turn.session.asked == "name"


def test_the_form_is_not_taken_before_consent() -> None:
    turn = advance(FORM, Session("trial", asked="agree"), inbound(Filled("rw", "5")))
    assert keys(turn)[0] == "engine.old_button"
    assert not turn.session.answers


@pytest.mark.parametrize("typed", ["3174055708950003", "317405570895000"])
def test_a_private_number_leaves_the_chat_right_or_wrong(typed: str) -> None:
    session = replace(AT_FRIEND, answers={"agree": Answer("agree"), "name": Answer("Ana")}, asked="rw")
    assert effects(say(session, typed), Redact)


# ---- stops that may keep nothing ----------------------------------------------------------------------------------


def test_saying_no_drops_every_answer_but_the_no() -> None:
    turn = advance(FORM, AT_FRIEND, inbound(Tapped("trial.agree", "decline")))
    assert keys(turn)[-1] == "trial.stop.declined"
    assert dict(turn.session.answers) == {"agree": Answer("decline", "decline")}
    assert not turn.session.kept
    assert effects(turn, Consented) == [Consented("data", False, "trial.agree.ask", "decline")]


def test_a_no_can_be_taken_back_by_the_button_that_is_still_there() -> None:
    stopped = advance(FORM, AT_FRIEND, inbound(Tapped("trial.agree", "decline"))).session
    turn = advance(FORM, stopped, inbound(Tapped("trial.agree", "agree")))
    assert turn.session.done == ""
    assert turn.session.asked == "name"


# ---- a changed answer ---------------------------------------------------------------------------------------------


def test_flags_follow_when_an_earlier_answer_changes() -> None:
    at_end = say(AT_FRIEND, "Bo")
    assert at_end.session.answers["friend"].flags == ()
    turn = say(change(FORM, at_end.session, inbound(), 1).session, "Al")
    assert turn.session.answers["friend"].flags == ()
    longer = say(change(FORM, turn.session, inbound(), 3).session, "Maria")
    assert longer.session.answers["friend"].flags == ("longer_than_first",)


def test_an_answer_that_can_no_longer_stand_is_asked_again() -> None:
    at_end = say(AT_FRIEND, "Bo").session
    turn = say(change(FORM, at_end, inbound(), 1).session, "Bo")
    assert turn.session.answers["name"].value == "Bo"
    assert turn.session.asked == "friend"
    assert "friend" not in turn.session.answers


def test_an_edited_message_corrects_the_answer_it_gave() -> None:
    session = say(AT_FRIEND, "Bo").session
    turn = advance(FORM, session, inbound(Said("Al"), edited=True))
    assert turn.session.answers["friend"].value == "Al"
    unread = advance(FORM, turn.session, inbound(Said("1234"), edited=True))
    assert keys(unread)[0] == "engine.edit_not_taken"
    assert unread.session.answers["friend"].value == "Al"


# ---- the end ------------------------------------------------------------------------------------------------------


def finished() -> Turn:
    at_end = skip(FORM, AT_FRIEND, inbound()).session
    return advance(FORM, at_end, inbound(Tapped("trial.send", "send")))


def test_a_complete_form_is_submitted_once() -> None:
    turn = finished()
    (submitted,) = effects(turn, Submitted)
    assert isinstance(submitted, Submitted)
    assert list(submitted.answers) == ["agree", "name", "rw", "friend", "send"]
    again = say(turn.session, "halo")
    assert keys(again) == ["trial.already"]
    assert not again.effects


def test_a_new_question_is_not_asked_of_somebody_who_has_finished() -> None:
    grown = Form("trial", (*FORM.steps[:2], Ask("extra", OneOf("yes", "no")), *FORM.steps[2:]))
    assert keys(advance(grown, finished().session, inbound(Said("halo")))) == ["trial.already"]


def test_what_an_officer_sends_back_is_asked_again_under_the_same_receipt() -> None:
    turn = advance(FORM, finished().session, inbound(SentBack("TK-1", ("name",), "Nama belum lengkap")))
    assert keys(turn)[:4] == ["engine.sent_back", "engine.one_left", "engine.kept", "trial.name.ask"]
    sent = say(turn.session, "Ana Lestari")
    assert sent.session.done == SUBMITTED, "the one answer brings the form back; nothing else is asked"
    assert keys(sent)[-1] == "trial.corrected"
    (submitted,) = effects(sent, Submitted)
    assert isinstance(submitted, Submitted)
    assert (submitted.receipt, submitted.answers["name"].value) == ("TK-1", "Ana Lestari")


# ---- a form that changed meanwhile --------------------------------------------------------------------------------


def test_a_typed_number_still_counts_the_options_of_a_renamed_question() -> None:
    renamed = Form(
        "trial", (Ask("consent", OneOf("agree", "decline"), was=("agree",)), *FORM.steps[2:5], FORM.steps[6])
    )
    turn = say(
        Session("trial", asked="agree"), "1", form=renamed, offered=options_of("trial.agree", "agree", "decline")
    )
    assert turn.session.answers["consent"].value == "agree"


def test_a_doubt_about_a_renamed_question_is_settled_under_its_new_name() -> None:
    renamed = Form("trial", (FORM.steps[0], FORM.steps[1], Ask("called", PersonName(), was=("name",)), *FORM.steps[3:]))
    turn = advance(renamed, doubting(), inbound(Tapped("trial.name?", "yes")))
    assert turn.session.answers["called"].value == "halo kak"


def test_a_doubt_about_a_question_that_is_gone_is_dropped() -> None:
    without = Form("trial", (*FORM.steps[:2], *FORM.steps[3:]))
    assert keys(say(doubting(), "ya", form=without))[-2:] == ["trial.rw.ask", "engine.leave"]


def test_an_answer_whose_option_is_gone_is_asked_again() -> None:
    narrowed = Form("trial", (Ask("agree", OneOf("accept", "decline")), *FORM.steps[2:5], FORM.steps[6]))
    assert keys(advance(narrowed, AT_FRIEND, inbound()))[:2] == ["engine.left", "trial.agree.ask"]


def test_a_recap_counts_the_questions_the_person_can_see() -> None:
    (welcome, *_) = recap(FORM, AT_FRIEND, inbound()).replies
    assert dict(welcome.facts) == {"n": 3, "total": 3}


def test_an_answer_in_parts_is_kept_as_it_was_said_in_all_of_them() -> None:
    """Bug: of "100rb sehari" and "6" the reviewer saw only "6"."""
    form = Form("sums", (Ask("income", Income()), Ask("confirm", OneOf("yes", "no"))))
    turn = say(Session("sums", asked="income"), "100rb sehari", "6", form=form)
    assert turn.session.doubt
    assert turn.session.doubt.said == "100rb sehari · 6"
