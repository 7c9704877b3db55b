"""Every flag an application can carry, in the order the questions raise them."""

from __future__ import annotations

from conversations.forms import FORMS

OF_THE_WHOLE = ("two_sectors", "employee_elsewhere")  # raised by the form's own judgement, not by one answer
BESIDE_OTHERS = ("possible_duplicate", "many_from_one_chat", "nik_run")  # raised by what else is there
FLAGS = tuple(
    dict.fromkeys(
        [flag for form in FORMS.values() if form.closing for ask in form.asks.values() for flag in ask.flags]
        + list(OF_THE_WHOLE + BESIDE_OTHERS)
    )
)
