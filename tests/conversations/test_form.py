"""Forms refuse to import when they contradict themselves, and say what to change."""

from __future__ import annotations

import pytest

from conversations.conditions import answered, flagged, known
from conversations.fields.one_of import OneOf
from conversations.fields.rw import Rw
from conversations.fields.text import PersonName
from conversations.form import Ask, Contradiction, Form, Step, Stop
from conversations.turn import Answer

PATH = Ask("path", OneOf("helped", "self"))
NAME = Ask("name", PersonName())


def refused(*steps: Step) -> str:
    with pytest.raises(Contradiction) as trouble:
        Form("trial", steps)
    return str(trouble.value)


def test_two_steps_of_one_name_are_refused() -> None:
    assert "two steps are called name" in refused(PATH, NAME, NAME)


def test_an_earlier_name_may_not_be_another_steps_name() -> None:
    assert "two steps are called path" in refused(PATH, Ask("name", PersonName(), was=("path",)))


def test_a_condition_on_a_later_step_is_refused() -> None:
    assert "depends on name, which is not asked before it" in refused(Stop("early", answered("name")), NAME)


def test_a_condition_on_an_option_never_offered_is_refused() -> None:
    trouble = refused(PATH, Stop("self_service", answered("path", "alone")), NAME)
    assert "depends on path being alone, which is never offered" in trouble


def test_a_condition_on_a_flag_never_raised_is_refused() -> None:
    assert "depends on name raising odd, which it never does" in refused(NAME, Stop("odd", flagged("name", "odd")))


def test_a_step_nobody_can_reach_is_refused() -> None:
    unreachable = Ask("rw", Rw(), when=answered("path", "self") & answered("path", "helped"))
    assert "rw can never be reached" in refused(PATH, unreachable, NAME)


def test_a_form_that_cannot_end_is_refused() -> None:
    both_stop = Stop("all", answered("path", "helped") | answered("path", "self"))
    assert "the end can never be reached" in refused(PATH, NAME, both_stop)


def test_a_form_that_asks_nothing_is_refused() -> None:
    assert "it asks nothing" in refused(Stop("nothing", known("anything")))


def test_the_open_question_is_the_first_unanswered_one_on_the_route() -> None:
    form = Form("trial", (PATH, Ask("rw", Rw(), when=answered("path", "helped")), NAME))
    assert form.route({}, {}).current is PATH
    assert form.route({"path": Answer("self")}, {}).current is NAME
    assert [ask.name for ask in form.route({"path": Answer("helped")}, {}).asks] == ["path", "rw", "name"]
    assert form.route({"path": Answer("self"), "name": Answer("Ana")}, {}).complete


def test_a_stop_is_met_only_when_everything_before_it_is_answered() -> None:
    form = Form("trial", (PATH, NAME, Stop("self_service", answered("path", "self"))))
    assert form.route({"path": Answer("self")}, {}).stop is None
    stop = form.route({"path": Answer("self"), "name": Answer("Ana")}, {}).stop
    assert stop is not None
    assert stop.name == "self_service"


def test_the_fingerprint_changes_with_an_option() -> None:
    more = Form("trial", (Ask("path", OneOf("helped", "self", "later")), NAME))
    assert more.fingerprint != Form("trial", (PATH, NAME)).fingerprint


def test_the_fingerprint_changes_with_a_condition_and_not_with_a_new_form_object() -> None:
    before, same = Form("trial", (PATH, NAME)), Form("trial", (PATH, NAME))
    after = Form("trial", (PATH, Ask("name", PersonName(), when=answered("path", "helped"))))
    assert before.fingerprint == same.fingerprint != after.fingerprint
