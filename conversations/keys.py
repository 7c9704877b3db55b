"""Every text key there is, with the facts it is given at their longest: what lint expects of the catalogues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from conversations import (
    claims,
    membership,
    my_people,
    mydata,
    paying,
    printing,
    questions,
    reminding,
    trust,
    volunteer,
)
from conversations.commands import WORDS
from conversations.fields.field import Field
from conversations.form import Ask, Form, Stop
from conversations.guard import REFUSED
from conversations.matching import NAMES
from conversations.rules.contributions import MONTHS_OFFERED
from conversations.standing import remembered_facts, shown
from conversations.turn import Fact, Month, Phrase, Rupiah

Kind: TypeAlias = Literal["text", "label", "phrase"]
Sample: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Expected:
    """A text that code says. kind: said on its own, on a button, or within another text."""

    kind: Kind
    samples: tuple[Sample, ...] = ({},)


RECEIPT = "TK-7Q4F-92XM-C"
_LONG_DAY = date(2026, 9, 30)
_REASON = "Nama belum sama dengan KTP, mohon ditulis lengkap seperti yang tercetak. " * 3
_COUNTED: Sample = {"n": 88, "total": 88}
_WITHOUT_FACTS = (
    *("engine.leave", "engine.welcome_back", "engine.nothing_before", "engine.nothing_to_change", "engine.cannot_skip"),
    *("engine.old_button", "engine.once_more", "engine.edit_not_taken", "engine.use_the_form"),
    *("menu.hello", "menu.ask", "menu.not_understood", "menu.old_button", "menu.more"),
    *("menu.not_understood_here", "menu.lost"),
    *("thanks.thanks", "thanks.thanks.open", "thanks.fine", "thanks.fine.open", "thanks.wait", "thanks.sorry"),
    *(f"sent.{kind}" for kind in ("sticker", "voice", "photo", "video", "document", "location", "contact", "poll")),
    *(f"sent.{kind}" for kind in ("dice", "album", "button", "group", "other")),
    *(f"refusal.{kind}" for kind in (*REFUSED, "nik_in_chat")),
    *("restart.ask", "cancel.done", "help.asked", "erase.ask", "language.ask", "language.done"),
    *("reminders.stopped", "reminders.started", "privacy.text"),
    *("draft.expired", "turn.apology", "question.topics", "question.nearest", "question.unknown"),
)
_LABELS = (
    *("engine.keep", "engine.skip", "engine.yes", "engine.no", "engine.share_contact", "language.id", "language.en"),
    *(f"command.{name}" for name in WORDS if ":" not in name and name not in ("hello", "open")),
    *("command.restart_yes", "command.resign_yes", "command.erase_yes", "question.more", "claims.checklist"),
    *(f"question.{name}.title" for name in NAMES),
)
BEFORE = (  # what may be said in the same message, before an open question
    *("engine.recap", "engine.recap_again", "engine.welcome_back", "engine.no_such_number", "engine.old_button"),
    *("engine.edit_not_taken", "engine.left"),
    *("engine.sent_back", "sent.photo", "sent.group", "sent.album", "refusal.money", "refusal.otp", "language.done"),
    *("reminders.started", "menu.hello", "nudge.draft", "nudge.again"),
    *(f"question.{name}.answer" for name in NAMES),
)


def expected(forms: Iterable[Form]) -> dict[str, Expected]:
    """List every key that the forms, the engine and the conversation around them say."""
    found = dict(_said())
    for form in forms:
        for step in form.steps:
            found |= dict(_asked(form, step) if isinstance(step, Ask) else _stopped(form, step))
        found |= dict(_ended(form))
        if form.aside == "written down":
            found[f"{form.name}.kept"] = Expected("text", ({"value": "Siti Aminah"},))
            found[f"{form.name}.keep"] = Expected("label")
    return found


def _said() -> Iterator[tuple[str, Expected]]:
    for key in _WITHOUT_FACTS:
        yield key, Expected("text")
    for key in _LABELS:
        yield key, Expected("label")
    yield "engine.progress", Expected("phrase", (_COUNTED,))
    yield "engine.nothing", Expected("phrase")
    yield "engine.recap", Expected("text", (_COUNTED,))
    yield "nudge.draft", Expected("text", (_COUNTED,))
    for key in ("engine.recap_again", "nudge.again"):
        yield key, Expected("text")
    for key in ("engine.one_left", "engine.left"):
        yield key, Expected("text", (_COUNTED,))
    yield "engine.no_such_number", Expected("text", (_COUNTED,))
    yield "correction.called_off", Expected("text", ({"receipt": RECEIPT},))
    yield "engine.sent_back", Expected("text", ({"receipt": RECEIPT, "reason": _REASON},))
    yield "engine.kept", Expected("text", ({"value": "Siti Aminah"},))
    yield "turn.slower", Expected("text", ({"minutes": 20},))
    yield "erase.done", Expected("text", ({"number": RECEIPT},))
    yield from _own_data()
    for name in NAMES:
        yield f"question.{name}.answer", Expected("text", questions.SAMPLES)
    for phrase in questions.PHRASES:
        yield phrase, Expected("phrase", questions.SAMPLES)
    yield from _officers()
    yield from _claims()
    yield from _trusted()
    yield from _members()
    yield from _volunteers()


def _members() -> Iterator[tuple[str, Expected]]:
    for key in ("status.none", "status.only_drafts", "status.head", "check.mistyped"):
        yield key, Expected("text")
    draft: Sample = {"who": "Muhammadnurhidayatul", **_COUNTED, "since": _LONG_DAY}
    for key in ("status.draft", "status.draft_helped"):
        yield key, Expected("text", (draft,))
    yield "status.more", Expected("label")
    yield "status.somebody", Expected("phrase")
    for state in (*membership.SAID, "other"):
        yield f"status.line.{state}", Expected("text", membership.SAMPLES)
        yield f"check.state.{state}", Expected("text", ({"receipt": RECEIPT},))
    yield "check.unknown", Expected("text", ({"receipt": RECEIPT},))
    for source in ("list", "news"):
        yield f"status.source.{source}", Expected("phrase", ({"listed": _LONG_DAY, "at": _LONG_DAY},))
    for state in ("waiting", "contradicted"):
        facts: Sample = {"months": 12, "paid_on": _LONG_DAY, "told": _LONG_DAY}
        yield f"status.reported.{state}", Expected("text", (facts,))
    yield from _helping()
    yield from _printing()
    yield from _paying()


def _helping() -> Iterator[tuple[str, Expected]]:
    who: Sample = {"who": "Muhammadnurhidayatul", "receipt": RECEIPT, "most": 10}
    for key in ("training.begins", "training.done"):
        yield key, Expected("text")
    for key in ("heading", "heading_nik", "heading_training", "finished", "whose", "nobody", "too_many"):
        yield f"helping.{key}", Expected("text", (who,))
    yield "helping.myself", Expected("label")
    for key in ("blank", "blank_without_nik", "nobody", "nik_left_out", "several", "read", "unclear", "loose"):
        yield f"pasting.{key}", Expected("text", ({"n": 10},))
    counted: Sample = {"week": 888, "sent": 8888, "approved": 8888, "registered": 8888}
    for key in ("not_yours", "none", "visit", "on_the_way", "sent_in", "days", "totals"):
        yield f"people.{key}", Expected("text", (counted,))
    for weekday in range(1, 8):
        yield f"people.weekday.{weekday}", Expected("phrase")
    for key in ("day", "no_day"):
        bar: Sample = {"weekday": Phrase("people.weekday.1"), "day": 28, "n": 888, "bar": my_people.BAR * 12}
        yield f"people.line.{key}", Expected("phrase", (bar,))
    for key in ("at_start", "no_name", *(f"state.{state}" for state in my_people.SAID)):
        yield f"people.{key}", Expected("phrase")
    person: Sample = {"name": "Muhammad", "step": "Pekerjaan kedua", "days": 29, "state": "menunggu pembayaran pertama"}
    for key in ("today", "stopped", "sent"):
        yield f"people.line.{key}", Expected("phrase", (person,))
    yield "pasting.item", Expected("phrase", ({"name": "Jenis kelamin"},))
    for key in ("no_match", "too_often"):
        yield f"taking_over.{key}", Expected("text")


def _printing() -> Iterator[tuple[str, Expected]]:
    who: Sample = {"who": "Muhammadnurhidayatul", "paper": Phrase("printing.paper.80mm")}
    for key in ("printing.none", "printing.gone", "printing.whose", "aloud.again", "aloud.news", "aloud.then"):
        yield key, Expected("text")
    for key in ("printing.here", "printing.file"):
        yield key, Expected("text", (who,))
    yield "printing.until", Expected("text", ({"until": _LONG_DAY},))
    yield "printing.somebody", Expected("phrase")
    for size in printing.SIZES:
        yield f"printing.size.{size}", Expected("label")
        if size != printing.PICTURE:
            yield f"printing.paper.{size}", Expected("phrase")
    yield "aloud.text", Expected("text", ({**who, "day": _LONG_DAY},))
    yield "aloud.number", Expected("phrase", (printing.spelled("TK-0888-8888-8"),))
    for digit in range(10):
        yield f"aloud.digit.{digit}", Expected("phrase")


def _paying() -> Iterator[tuple[str, Expected]]:
    for key in ("pay.none", "pay.whose", "pay.where", "pay.never", "pay.then", "paid.none", "paid.whose"):
        yield key, Expected("text")
    for key in ("pay.closed", "pay.wait", "pay.no_amount", "pay.nik"):
        yield key, Expected("text", ({"name": "Muhammad"},))
    for key, facts in paying.SAMPLES.items():
        yield key, Expected("text", (facts,))
    for key in ("pay.two", "pay.three"):
        yield key, Expected("phrase")
    for key in ("pay.run.one", "pay.run.many"):
        run: Sample = {"first": Month(2026, 9, 1), "last": Month(2026, 11, 1), "amount": Rupiah(627_800), "n": 12}
        yield key, Expected("phrase", (run,))
    for key in ("pay.discounted", "pay.full_price"):
        yield key, Expected("phrase", ({"until": _LONG_DAY},))
    for months in MONTHS_OFFERED:
        yield f"pay.option.{months}", Expected("label")
    for which in ("before", *reminding.AFTER, "ended"):
        yield f"reminder.{which}", Expected("text", reminding.SAMPLES)
    plain = {name: fact for name, fact in reminding.SAMPLES[0].items() if not isinstance(fact, Phrase)}
    yield "reminder.you", Expected("phrase")
    for left in ("days", "tomorrow", "today"):
        yield f"reminder.left.{left}", Expected("phrase", (plain,))
    for price in ("discounted", "full", "ended", "unknown"):
        yield f"reminder.price.{price}", Expected("phrase", (plain,))


def _officers() -> Iterator[tuple[str, Expected]]:
    yield "service.bot_again", Expected("text")
    yield "service.asked_later", Expected("text", ({"day": Phrase("service.day_3"), "hour": "09.00"},))
    for day in ("today", "tomorrow", *(f"day_{number}" for number in range(1, 8))):
        yield f"service.{day}", Expected("phrase")


def _claims() -> Iterator[tuple[str, Expected]]:
    for said in ("ask", "again", "ticked", "unticked", "whole", "no_papers", "where"):
        yield f"claims.{said}", Expected("text")
    for mark in ("done", "open"):
        yield f"claims.{mark}", Expected("phrase")
    marked: Sample = {"n": 8, "mark": Phrase("claims.open")}
    for claim in claims.CLAIMS.values():
        yield f"claims.{claim.name}.now", Expected("text", questions.SAMPLES)
        yield f"claims.{claim.name}.list", Expected("text", ({"done": 8, "total": 8},))
        for step in claim.steps:
            yield f"claims.{claim.name}.{step}", Expected("text", tuple({**s, **marked} for s in questions.SAMPLES))
            yield f"claims.{claim.name}.{step}.name", Expected("label", (marked,))


def _trusted() -> Iterator[tuple[str, Expected]]:
    for said in ("safe", "forwarded", "which", "mistyped"):
        yield f"trust.{said}", Expected("text")
    code: Sample = {"code": "TRN-7K4-F92-XNC"}
    for state in trust.STATES:
        told: Sample = {**code, "name": "W" * 60, "where": Phrase("trust.where.rw"), "area": "W" * 30, "rw": "88"}
        yield f"trust.{state}", Expected("text", (told if state == "active" else code,))
    for where in ("rw", "area", "jakarta"):
        yield f"trust.where.{where}", Expected("phrase", ({"area": "W" * 30, "rw": "88"},))


def _volunteers() -> Iterator[tuple[str, Expected]]:
    for said in ("code_unread", "invitation_gone", "not_one", "paused", "resign", "resigned"):
        yield f"volunteer.{said}", Expected("text")
    card = volunteer.CARD_AT_ITS_LONGEST
    yield "volunteer.card", Expected("text", (card,))
    yield "volunteer.poster", Expected("text", ({"link": f"{card['link']}/poster"},))


def _own_data() -> Iterator[tuple[str, Expected]]:
    day: Sample = {"at": _LONG_DAY, "due": _LONG_DAY, "number": RECEIPT}
    said = ("head", "none", "sent", "also", "rights", "little", "end", "consents", "no_consents", "requests")
    stands = ("reminders.on", "reminders.off", "restricting", "restricted", "restrict.lifted", "changing")
    for key in (*said, *stands, "erasure.which"):
        yield f"mydata.{key}", Expected("text")
    for key in ("which", "nothing", "sent"):
        yield f"mydata.correct.{key}", Expected("text")
    for key in ("restrict.done", "erasure.found", "erasure.unknown"):
        yield f"mydata.{key}", Expected("text", (day,))
    yield "mydata.changing.line", Expected("phrase", ({"name": "Jenis kelamin", "value": "3174••••••••0003"},))
    for key in ("history", "restrict.yes", "restrict.lift"):
        yield f"mydata.{key}", Expected("label")
    for why in mydata.REASONS:
        yield f"mydata.why.{why}", Expected("text")
    for also in mydata.ALSO:
        yield f"mydata.also.{also}", Expected("text", ({"n": 88},))
    yield "mydata.receipt", Expected("text", ({"receipt": RECEIPT, **day},))
    for request in mydata.REQUESTS:
        yield f"mydata.request.{request}", Expected("text", (day,))
    for purpose in mydata.PURPOSES:
        for word in ("yes", "no"):
            yield f"mydata.consent.{purpose}.{word}", Expected("text", (day,))


def _stopped(form: Form, stop: Stop) -> Iterator[tuple[str, Expected]]:
    yield f"{form.name}.stop.{stop.name}", Expected("text")


def _ended(form: Form) -> Iterator[tuple[str, Expected]]:
    if form.tells is not None:
        yield f"{form.name}.done", Expected("text", form.tells.samples)
        for facts in form.tells.samples:
            yield from _phrases(facts)
        return
    for end in ("done", "corrected", "already"):
        yield f"{form.name}.{end}", Expected("text", ({"receipt": RECEIPT},))


def _asked(form: Form, ask: Ask) -> Iterator[tuple[str, Expected]]:
    step = f"{form.name}.{ask.name}"
    around = ask.facts.samples if ask.facts else ({},)
    for part, facts in ask.field.parts.items():
        yield f"{step}.{part}", Expected("text", tuple({**facts, **more} for more in around))
    for more in around:
        yield from _phrases(more)
    if ask.private:
        yield f"{step}.ask_form", Expected("text", ({"link": "https://contoh.id/isi/" + "W" * 22},))
    for code, facts in _problems(ask).items():
        yield f"{step}.retry.{code}", Expected("text", (facts,))
    for code, facts in _doubts(ask).items():
        yield f"{step}.sure.{code}", Expected("text", (facts,))
    for value, facts in options(ask.field).items():
        yield f"{step}.option.{value}", Expected("label", (facts,))
    yield f"{step}.example", Expected("text")
    yield f"{step}.help", Expected("text")
    if ask is form.closing:
        return  # closing the form is neither read back nor listed
    values = [shown(form, ask, value) for value in ask.field.samples() if value is not None]
    for facts in values:
        yield from _phrases(facts)
    yield f"{step}.took", Expected("text", tuple(values))
    if ask.listed:
        yield f"{step}.line", Expected("phrase", tuple({"n": 88, **facts} for facts in values))
        yield f"{step}.name", Expected("label")


def _problems(ask: Ask) -> Mapping[str, Sample]:
    return {**ask.field.problems, **(ask.check.problems if ask.check else {})}


def _doubts(ask: Ask) -> Mapping[str, Sample]:
    doubts = {**ask.field.doubts, **(ask.check.doubts if ask.check else {})}
    return {code: remembered_facts(facts) for code, facts in doubts.items()}


def _phrases(facts: Sample) -> Iterator[tuple[str, Expected]]:
    """A phrase among the facts is a text too; it may use the facts it is said among."""
    plain = {name: fact for name, fact in facts.items() if not isinstance(fact, Phrase)}
    for fact in facts.values():
        if isinstance(fact, Phrase) and ".option." not in fact:
            yield str(fact), Expected("phrase", (plain,))


def options(field: Field) -> Mapping[str, Sample]:
    """List the options of a field that have texts, each with its label's facts at their longest."""
    priced = getattr(getattr(field, "priced", None), "samples", None)
    declared = getattr(field, "options", None) or {value: {} for value in getattr(field, "values", ())}
    return {value: priced or facts for value, facts in declared.items()}
