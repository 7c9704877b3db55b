"""Applications as far as a line of the agency's can be compared with them: found by NIK, by member number, or by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import orjson

from conversations.fields.text import fold
from conversations.saved import load_answers
from conversations.turn import Answer
from storage.keys import Keyring, PersonKey
from storage.tx import Tx

AT_ONCE = 500
Named: TypeAlias = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Case:
    """An application as far as a line can be compared with it. answers: empty once they were thinned out."""

    id: int
    receipt: str
    chat_id: int
    person_id: int
    language: str
    state: str
    simulated: bool
    nik_hash: bytes
    name_hash: bytes
    born_hash: bytes
    answers: Mapping[str, Answer]
    key: PersonKey = field(repr=False)

    @property
    def name(self) -> str:
        """The name they wrote; "" once it was thinned out."""
        return str(self.answers["full_name"].value) if "full_name" in self.answers else ""


_CASE = (
    "SELECT a.id, a.receipt, a.chat_id, a.person_id, a.language, a.state, a.simulated OR a.training, a.nik_hash, a.name_hash, "
    "a.born_hash, a.answers, p.key FROM applications a JOIN people p ON p.id = a.person_id "
)
_GONE = "('erased', 'duplicate', 'withdrawn')"


async def cases(
    tx: Tx, keyring: Keyring, application_ids: Sequence[int], sight: Literal["look", "lock"] = "look"
) -> dict[int, Case]:
    """Applications by id, without those of forgotten people; "lock" keeps others from deciding on them meanwhile."""
    lock = " FOR UPDATE OF a" if sight == "lock" and tx.dialect == "postgresql" else ""
    found: dict[int, Case] = {}
    for start in range(0, len(application_ids), AT_ONCE):
        some = sorted(application_ids[start : start + AT_ONCE])
        where = f"WHERE a.id IN ({_places(len(some))}) AND a.state <> 'erased' AND p.key IS NOT NULL ORDER BY a.id"
        found |= {row[0]: _case(keyring, row) for row in await tx.rows(f"{_CASE}{where}{lock}", some)}
    return found


async def cases_by_nik(tx: Tx, keyring: Keyring, niks: Sequence[str]) -> dict[str, list[Case]]:
    """Applications that were made with these NIKs and still count."""
    sought = {keyring.blind("nik", nik): nik for nik in niks}
    found: dict[str, list[Case]] = {}
    for case in await _sought(tx, keyring, "a.nik_hash", list(sought)):
        found.setdefault(sought[case.nik_hash], []).append(case)
    return found


async def cases_by_name(tx: Tx, keyring: Keyring, people: Sequence[Named]) -> dict[Named, list[Case]]:
    """Applications of somebody with this name and birth date, both hashed: to be offered, never to be taken."""
    wanted = set(people)
    found: dict[Named, list[Case]] = {}
    for case in await _sought(tx, keyring, "a.name_hash", [name for name, _ in people], [born for _, born in people]):
        if (case.name_hash, case.born_hash) in wanted:
            found.setdefault((case.name_hash, case.born_hash), []).append(case)
    return found


async def by_kpj(tx: Tx, keyring: Keyring, numbers: Sequence[str]) -> dict[str, list[int]]:
    """Applications whose member number the agency told us before."""
    sought = {keyring.blind("kpj", number): number for number in numbers}
    found: dict[str, list[int]] = {}
    if sought:
        rows = await tx.rows(
            f"SELECT kpj_hash, application_id FROM memberships WHERE kpj_hash IN ({_places(len(sought))})", list(sought)
        )
        for hashed, application_id in rows:
            found.setdefault(sought[bytes(hashed)], []).append(application_id)
    return found


async def _sought(
    tx: Tx, keyring: Keyring, column: str, hashes: Sequence[bytes], born: Sequence[bytes] = ()
) -> list[Case]:
    if not hashes:
        return []
    one_of, dates = sorted(set(hashes)), sorted(set(born))
    also = f" AND a.born_hash IN ({_places(len(dates), len(one_of) + 1)})" if dates else ""
    rows = await tx.rows(
        f"{_CASE}WHERE {column} IN ({_places(len(one_of))}){also} AND a.state NOT IN {_GONE} AND p.key IS NOT NULL "
        "ORDER BY a.id",
        (*one_of, *dates),
    )
    return [_case(keyring, row) for row in rows]


def _case(keyring: Keyring, row: tuple[Any, ...]) -> Case:
    row_id, receipt, chat_id, person_id, language, state, simulated, nik, name, born, answers, wrapped = row
    key = keyring.unwrap(bytes(wrapped))
    opened: Mapping[str, Answer] = {}
    if answers:
        opened = load_answers(orjson.loads(key.open(bytes(answers), f"applications.answers/{receipt}")))
    return Case(
        *(row_id, receipt, chat_id, person_id, language, state, bool(simulated)),
        *(bytes(nik or b""), bytes(name or b""), bytes(born or b""), opened, key),
    )


def named(keyring: Keyring, name: str, born: str) -> Named:
    """A name and an ISO birth date as `cases_by_name` looks for them."""
    return keyring.blind("name", fold(name)), keyring.blind("born", born)


def _places(count: int, first: int = 1) -> str:
    return ",".join(f"${n}" for n in range(first, first + count))
