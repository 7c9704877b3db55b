"""A list is applied or undone: memberships, states, reported payments, batches and news, all in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.channels.channel import Outgoing
from bot.payload import pack
from bot.results import telling
from bot.results.importing import PAGE, By, Progress
from bot.results.line import read_line
from bot.results.matching import Days, known_of
from bot.results.outcome import Outcome, decide
from bot.results.sheet import columns_of, load_cells
from conversations.turn import Fact
from conversations.wording import Words
from storage import applied, audit, batches, cases, consents, imports, memberships, payment_reports, reminders, results
from storage.applied import Reported
from storage.cases import Case
from storage.database import Database
from storage.keys import Keyring
from storage.memberships import Membership
from storage.results import APPLIES, Line, Replaced
from storage.tx import Tx

REMINDERS = "reminders"
JAKARTA = ZoneInfo("Asia/Jakarta")


class Overtaken(Exception):
    """A later list speaks of the same people: undo that one first. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class House:
    """What applying works with. words: by language. zone: in whose hours people are reminded."""

    db: Database
    keyring: Keyring
    words: Mapping[str, Words]
    zone: ZoneInfo = JAKARTA


@dataclass(frozen=True, slots=True)
class Settled:
    """A reported payment that a list settles. how: confirmed or contradicted."""

    report: Reported
    how: str


@dataclass
class _Page:
    """What one page of lines brings, gathered before it is written."""

    put: list[Membership] = field(default_factory=list)
    moves: list[tuple[int, str]] = field(default_factory=list)
    messages: list[tuple[Case, Outgoing, int]] = field(default_factory=list)  # int: the line it is told for, 0: none
    settled: list[Settled] = field(default_factory=list)
    replaced: dict[int, Replaced] = field(default_factory=dict)


# ---- applying -----------------------------------------------------------------------------------------------------


async def apply(house: House, import_id: int, by: By, when: Days, progress: Progress) -> Counter[str] | None:
    """Apply a list that was looked at. None: somebody did, or applied the very same file. Wake delivery afterwards.

    Every line is judged again by what is known now: between the look and the decision somebody may have been forgotten,
    or a newer list applied. Returns how many were changed, told, confirmed and contradicted.
    """
    done: Counter[str] = Counter()
    async with house.db.writing() as tx:
        if not await imports.claim(tx, import_id, staff_id=by.staff_id, now=when.now):
            return None
        known = await results.one(tx, import_id)
        assert known is not None
        when = replace(when, listed_on=known.listed_on)
        total = sum(known.counts.get(found, 0) for found in APPLIES)
        touched: set[int] = set()
        after, seen = -1, 0
        while lines := await results.lines(tx, house.keyring, import_id, found=APPLIES, after=after, limit=PAGE):
            page = await _gather(tx, house, lines, known.columns["mapping"], when)
            await _write(tx, house, import_id, page, by, when)
            touched |= await applied.batches_of(tx, [one for one, _ in page.moves])
            done.update(changed=len(page.moves), told=len(page.messages), kept=len(page.put))
            done.update(settled.how for settled in page.settled)
            after, seen = lines[-1].position, seen + len(lines)
            progress(seen, total)
        for batch_id in sorted(touched):
            await batches.mark_answered(tx, batch_id, when.now)
        await audit.append(
            tx, actor=by.login, action="import.applied", subject=f"import:{import_id}",
            facts={name: done[name] for name in ("kept", "told", "confirmed", "contradicted")}, at=when.now,
        )  # fmt: skip
    return done


async def _gather(tx: Tx, house: House, lines: Sequence[Line], mapping: Mapping[str, int], when: Days) -> _Page:
    whole = {line.application_id: line for line in lines if line.body and line.application_id is not None}
    found = await cases.cases(tx, house.keyring, sorted(whole), "lock")
    before = await memberships.of_applications(tx, house.keyring, sorted(found))
    reports = await applied.reported(tx, sorted(found))
    reminded = await consents.granted_by(tx, sorted({case.person_id for case in found.values()}), REMINDERS)
    spoken = await imports.spoken_by(tx, sorted(before))
    page = _Page()
    for who, case in found.items():
        line = read_line(columns_of(mapping, load_cells(whole[who].body["cells"])))
        outcome = decide(line, known_of(case, before.get(who)), when.listed_on, when.today, when.now)
        if outcome is None:
            continue
        outcome = _kept(outcome, case, reminded)
        settled = settle_reports(reports.get(who, ()), outcome.membership, when.listed_on)
        if not outcome.changed and not settled and before[who].listed_on == when.listed_on:
            continue
        _take(page, house, whole[who], case, before.get(who), outcome, settled, spoken.get(who), when)
    return page


def _kept(outcome: Outcome, case: Case, reminded: set[int]) -> Outcome:
    """Who agreed to reminders is reminded with what their answers say, as long as those are there."""
    kept = outcome.membership.kept
    if case.answers:
        kept = memberships.worth_keeping(case.answers) if case.person_id in reminded else {}
    return replace(outcome, membership=replace(outcome.membership, kept=kept))


def _take(
    page: _Page,
    house: House,
    line: Line,
    case: Case,
    before: Membership | None,
    outcome: Outcome,
    settled: Sequence[Settled],
    import_id: int | None,
    when: Days,
) -> None:
    page.put.append(outcome.membership)
    if case.state != outcome.state:
        page.moves.append((case.id, outcome.state))
    page.settled += settled
    page.replaced[line.id] = Replaced(
        line_id=line.id,
        position=line.position,
        application_id=case.id,
        state=case.state,
        membership=memberships.dump(before) if before else None,
        import_id=import_id,
        outbox_id=0,
        reports=[(one.report.id, one.report.state) for one in settled],
    )
    words, name = house.words[case.language], _first_name(case, outcome.membership)
    if outcome.news:
        nik = str(case.answers["nik"].value) if "nik" in case.answers else ""
        page.messages.append(
            (case, telling.news(words, outcome.news, outcome.membership, case.receipt, name, nik), line.id)
        )
    elif any(one.how == "contradicted" for one in settled):
        listed_on: Fact = when.listed_on
        page.messages.append((case, telling.contradicted(words, case.receipt, name, listed_on), line.id))


def _first_name(case: Case, membership: Membership) -> str:
    known = memberships.worth_keeping(case.answers) if case.answers else membership.kept
    return str(known.get("first_name", ""))


async def _write(tx: Tx, house: House, import_id: int, page: _Page, by: By, when: Days) -> None:
    await memberships.put_all(tx, house.keyring, page.put, import_id=import_id)
    await reminders.plan_all(tx, [one.application_id for one in page.put], when.now, house.zone)
    await applied.move(tx, page.moves, staff_id=by.staff_id, now=when.now)
    for one in page.settled:
        await payment_reports.settle(tx, one.report.id, state=one.how, staff_id=None, now=when.now)
    messages = [(case.chat_id, case.person_id, case.key, pack(outgoing)) for case, outgoing, _ in page.messages]
    told = await applied.enqueue(tx, messages, when.now)
    for (_, _, line_id), outbox_id in zip(page.messages, told, strict=True):
        page.replaced[line_id] = replace(page.replaced[line_id], outbox_id=outbox_id)
    await results.note_applied(tx, house.keyring, import_id, page.replaced.values())


# ---- reported payments ----------------------------------------------------------------------------------------------


def settle_reports(reports: Sequence[Reported], said: Membership, listed_on: date) -> list[Settled]:
    """What a list says of reported payments: protected through the last month reported is confirmed; less is not.

    A list of the day of the payment, or of before it, cannot contradict it.
    """
    found = []
    for report in reports:
        months = report.paid_on.year * 12 + report.paid_on.month - 1 + report.months - 1
        until = said.paid_until
        if until is not None and said.state != "refused" and until.year * 12 + until.month - 1 >= months:
            found.append(Settled(report, "confirmed"))
        elif listed_on > report.paid_on and report.state == "waiting":
            found.append(Settled(report, "contradicted"))
    return found


# ---- undoing --------------------------------------------------------------------------------------------------------


async def undo(house: House, import_id: int, by: By, when: Days, progress: Progress) -> Counter[str] | None:
    """Put back what a list replaced. None: it is not applied, or not any more. Wake delivery afterwards.

    A message that has not left us is taken back; who was told hears that it was wrong.

    Raises:
        Overtaken: a later list speaks of the same people.
    """
    done: Counter[str] = Counter()
    async with house.db.writing() as tx:
        if not await imports.claim_undo(tx, import_id, staff_id=by.staff_id, now=when.now):
            return None
        if await imports.overtaken(tx, import_id):
            raise Overtaken
        known = await results.one(tx, import_id)
        assert known is not None
        total = sum(known.counts.get(found, 0) for found in APPLIES)
        touched: set[int] = set()
        after = -1
        while page := await results.replaced(tx, house.keyring, import_id, after=after, limit=PAGE):
            found = await cases.cases(tx, house.keyring, [one.application_id for one in page], "lock")
            here = [one for one in page if one.application_id in found]
            await _put_back(tx, house, here, found, by, when)
            told = await _take_back(tx, house, here, found, when)
            touched |= await applied.batches_of(tx, sorted(found))
            done.update(put_back=len(here), told=told)
            after = page[-1].position
            progress(done["put_back"], total)
        for batch_id in sorted(touched):
            if await imports.waits_for_answer(tx, batch_id):
                await batches.mark_unanswered(tx, batch_id)
        await audit.append(
            tx, actor=by.login, action="import.undone", subject=f"import:{import_id}",
            facts={name: done[name] for name in ("put_back", "told")}, at=when.now,
        )  # fmt: skip
    return done


async def _put_back(
    tx: Tx, house: House, page: Sequence[Replaced], found: Mapping[int, Case], by: By, when: Days
) -> None:
    await memberships.take_out(tx, [one.application_id for one in page if one.membership is None])
    by_import: dict[int | None, list[Membership]] = {}
    for one in page:
        if one.membership is not None:
            person_id = found[one.application_id].person_id
            restored = memberships.load(one.membership, one.application_id, person_id)
            by_import.setdefault(one.import_id, []).append(restored)
    for import_id, restored_all in by_import.items():
        await memberships.put_all(tx, house.keyring, restored_all, import_id=import_id)
    await reminders.plan_all(tx, [one.application_id for one in page], when.now, house.zone)
    moved = [(one.application_id, one.state) for one in page if found[one.application_id].state != one.state]
    await applied.put_back(tx, moved, staff_id=by.staff_id, now=when.now)
    await applied.put_back_reports(tx, [report for one in page for report in one.reports])


async def _take_back(tx: Tx, house: House, page: Sequence[Replaced], found: Mapping[int, Case], when: Days) -> int:
    """Tell those who were told. Returns how many."""
    dropped = await applied.drop_unsent(tx, [one.outbox_id for one in page if one.outbox_id])
    messages = []
    for one in page:
        if one.outbox_id and one.outbox_id not in dropped:
            case = found[one.application_id]
            told = telling.taken_back(house.words[case.language], case.receipt, next(iter(case.name.split()), ""))
            messages.append((case.chat_id, case.person_id, case.key, pack(told)))
    await applied.enqueue(tx, messages, when.now)
    return len(messages)
