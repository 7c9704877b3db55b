"""Every form there is, by its name."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.calculator import calculator
from conversations.form import Form
from conversations.registration import registration
from conversations.volunteer import volunteer

FORMS: Mapping[str, Form] = {form.name: form for form in (registration, calculator, volunteer)}
