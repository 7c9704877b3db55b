"""Lines of the agency's list as the desk sees them: the NIK masked always, names and numbers until somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.admin.answers import DOTS, Sight, mask
from bot.results.line import Line as Read
from bot.results.line import read_line
from bot.results.sheet import NOTHING, Cell, columns_of, load_cells
from bot.results.telling import said_why
from conversations.rules import national_id
from storage.cases import Case
from storage.keys import Keyring
from storage.memberships import Membership, of_application
from storage.results import Line
from storage.tx import Tx


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a line may be about."""

    receipt: str
    name: str
    born: str
    state: str
    simulated: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """One line on the page. why: a text's code, "" for nothing to say. picked: by hand."""

    position: int
    found: str
    why: str
    nik: str
    name: str
    born: str
    verdict: str
    remark: str
    kpj: str
    paid_until: date | None
    receipt: str
    picked: bool
    candidates: tuple[Candidate, ...]


async def said_of(tx: Tx, keyring: Keyring, application_id: int) -> Membership | None:
    """What the agency said of an applicant, as the desk may read it."""
    said = await of_application(tx, keyring, application_id)
    return replace(said, reason=said_why(said.reason)) if said else None


def lay_out(lines: Sequence[Line], mapping: Mapping[str, int], known: Mapping[int, Case], sight: Sight) -> list[Shown]:
    """Lay a page of lines out."""
    return [_one(line, mapping, known, sight) for line in lines]


def _one(line: Line, mapping: Mapping[str, int], known: Mapping[int, Case], sight: Sight) -> Shown:
    about = known.get(line.application_id or 0)
    receipt = about.receipt if about else ""
    if not line.body:
        return Shown(line.position, line.found, "emptied", "", "", "", "", "", "", None, receipt, False, ())
    cells = columns_of(mapping, load_cells(line.body["cells"]))
    read = read_line(cells)
    candidates = tuple(_candidate(known[one], sight) for one in line.body.get("candidates", ()) if one in known)
    return Shown(
        position=line.position,
        found=line.found,
        why=line.body.get("why", ""),
        nik=_nik(read, cells.get("nik", NOTHING)),
        name=_seen("full_name", read.name, sight),
        born=_born(read.born, sight),
        verdict=read.verdict,
        remark=said_why(read.remark),
        kpj=read.kpj if sight == "open" else (f"{DOTS} {read.kpj[-3:]}" if read.kpj else ""),
        paid_until=read.paid_until,
        receipt=receipt,
        picked="was" in line.body,
        candidates=candidates,
    )


def _candidate(case: Case, sight: Sight) -> Candidate:
    born = str(case.answers["born"].value) if "born" in case.answers else ""
    return Candidate(
        receipt=case.receipt,
        name=_seen("full_name", case.name, sight),
        born=_born(date.fromisoformat(born) if born else None, sight),
        state=case.state,
        simulated=case.simulated,
    )


def _nik(read: Read, cell: Cell) -> str:
    return mask("nik", read.nik) if read.nik else national_id.mask("".join(c for c in cell.text if c.isdigit())[:16])


def _seen(what: str, value: str, sight: Sight) -> str:
    return value if sight == "open" else mask(what, value)


def _born(day: date | None, sight: Sight) -> str:
    return "" if day is None else day.isoformat() if sight == "open" else mask("born", day.isoformat())
