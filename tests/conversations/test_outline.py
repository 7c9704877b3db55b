"""A form as an outline and as a drawing names every step and every condition."""

from __future__ import annotations

import re

from conversations.conditions import answered
from conversations.fields.one_of import YesNo
from conversations.fields.text import PersonName
from conversations.form import Ask, Form, Stop
from conversations.forms import FORMS
from conversations.outline import mermaid, outline

TRIAL = Form(
    "trial",
    (
        Ask("agree", YesNo(), consent="data"),
        Stop("declined", answered("agree", "no"), wipes=True),
        Ask("friend", PersonName(), when=answered("agree", "yes"), optional=True, was=("mate",)),
        Ask("send", YesNo()),
    ),
)


def test_the_outline_reads_as_a_list_of_questions() -> None:
    lines = outline(TRIAL).splitlines()
    assert lines[0] == f"trial: 3 questions, 1 stops, fingerprint {TRIAL.fingerprint}"
    assert [" ".join(line.split()) for line in lines[2:]] == [
        "1. agree OneOf(yes, no), consent to data",
        "■ declined keeps nothing, when agree is no",
        "2. friend PersonName, optional, formerly mate when agree is yes",
        "3. send OneOf(yes, no)",
    ]


def test_the_drawing_leads_around_a_question_that_not_everybody_gets() -> None:
    arrows = [line.strip() for line in mermaid(TRIAL).splitlines() if "-->" in line]
    assert arrows == [
        "begin --> agree",
        'agree -- "agree is no" --> declined',
        'agree -- "agree is yes" --> friend',
        "friend --> send",
        'agree -- "otherwise" --> send',
        "send --> done",
    ]


def test_every_step_of_every_form_is_in_both() -> None:
    for form in FORMS.values():
        for step in form.steps:
            assert re.search(rf"\b{step.name}\b", outline(form))
            assert re.search(rf"^    {step.name}[\[/(]", mermaid(form), re.MULTILINE)
