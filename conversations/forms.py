"""Every form there is, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.calculator import calculator
from conversations.form import Form
from conversations.helping import helping
from conversations.mydata import correction
from conversations.pasting import pasted
from conversations.paying import payment
from conversations.registration import registration
from conversations.taking_over import taking_over
from conversations.trust import report_form
from conversations.volunteer import volunteer

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (registration, calculator, payment, report_form, correction, volunteer, helping, taking_over, pasted)
}
