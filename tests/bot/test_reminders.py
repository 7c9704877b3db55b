"""What reminders would go out today and cost, said before they do."""

from __future__ import annotations

from datetime import date

from bot.channels.whatsapp_contents import PURPOSES
from bot.reminders import Line, forecast, lines, price, table
from conversations.membership import people
from conversations.reminding import TEMPLATES, WHICH, moments, reminder
from tests.bot.town import Town


def test_a_template_costs_what_the_table_says_from_its_day_on() -> None:
    assert price("whatsapp", "template", date(2026, 11, 24)) > 0
    assert price("whatsapp", "template", date(2025, 12, 31)) == 0
    assert price("whatsapp", "free", date(2026, 11, 24)) == 0
    assert price("telegram", "free", date(2026, 11, 24)) == 0


def test_the_dry_run_adds_counts_and_rupiah_up() -> None:
    each = price("whatsapp", "template", date(2026, 12, 24))
    told = lines(
        {
            ("ended", "telegram", "free"): 2,
            ("before_7", "whatsapp", "template"): 3,
            ("before_7", "whatsapp", "free"): 1,
        },
        date(2026, 12, 24),
    )
    assert told == [
        Line("before_7", "whatsapp", 1, "", 0),
        Line("before_7", "whatsapp", 3, "reminder_before", 3 * each),
        Line("ended", "telegram", 2, "", 0),
    ]
    last = table(told).splitlines()[-1].split()
    assert last == ["together", "6", str(3 * each)]


def test_every_reminder_has_its_template_and_fills_every_variable_of_it() -> None:
    siti = {"application": 1, "receipt": "TK-0000-0000-0", "state": "active", "at": "2026-11-24", "until": "2026-12-31"}
    [one] = people({"people": [{**siti}]})
    for which in WHICH:
        said = reminder(one, which, date(2026, 12, 24))
        assert said.template == TEMPLATES[which]
        assert len(said.variables) == PURPOSES[said.template]


async def test_nothing_waits_in_a_town_where_nobody_is_a_member(town: Town) -> None:
    async with town.services.db.reading() as tx:
        assert await forecast(tx, town.services.settings, town.clock()) == []
    assert table([]) == "no reminder would go out today"
    assert next(moments(1, date(2026, 12, 31), town.services.settings.zone)).which == "before_7"
