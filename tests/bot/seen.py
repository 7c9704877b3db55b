"""What can be seen of somebody whose values are planted: each field in full, masked, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FIELDS = (
    *("first name", "full name", "NIK", "last four", "birth date", "phone", "e-mail", "RW", "occupation", "income"),
    *("months", "step", "status", "receipt", "transcript"),
)
FULL, MASKED, NONE = "full", "masked", "none"
_STATUS = (
    r"(?i)menunggu diperiksa|sedang diperiksa|sudah diperiksa|diperiksa petugas|disetujui|menyetujui tk-"
    r"|disiapkan untuk"
)


@dataclass(frozen=True, slots=True)
class Planted:
    """Somebody made up, each value of whom stands nowhere else. answers: to the form's questions from the name on."""

    first: str
    last: str
    nik: str
    born: str
    day: str
    year: str
    phone: str
    email: str
    rw: str
    occupation: str
    income: str
    sex: str
    chat: str

    @property
    def answers(self) -> tuple[str, ...]:
        return (
            *("setuju", "tidak ada yang cocok", f"{self.first} {self.last}", self.chat, self.nik, self.born, self.sex),
            *("klender", f"rw {self.rw}", self.phone, self.email, f"tukang {self.occupation}", "gak ada", self.income),
            *("3 program", "6 bulan", "boleh"),
        )

    def seen(self, documents: Iterable[str], receipt: str) -> dict[str, str]:
        """How each field stands in there, at its fullest."""
        shown = list(documents)
        about = [text for text in shown if re.search(self._named(receipt), text)]
        found = {}
        for field in FIELDS:
            full, masked = self._forms(receipt)[field]
            where = about if field in ("months", "step", "status") else shown
            found[field] = (
                FULL
                if any(re.search(full, text) for text in where)
                else MASKED
                if masked and any(re.search(masked, text) for text in where)
                else NONE
            )
        return found

    def _named(self, receipt: str) -> str:
        return rf"(?i)\b{self.first}\b|{self.last}|{receipt}|{self.first[0]}••• {self.last[0]}•••"

    def _forms(self, receipt: str) -> Mapping[str, tuple[str, str]]:
        """Of each field how it looks in full, and how it looks masked ("" where it has no masked form)."""
        between = r"[ .\-]?"
        digits = self.phone.removeprefix("0")
        masked_name = rf"\b{self.first[0]}•••(?!•)"
        return {
            "first name": (rf"(?i)\b{self.first}\b", masked_name),
            "full name": (rf"(?i){self.last}", rf"{masked_name} {self.last[0]}•••"),
            "NIK": (between.join(self.nik), rf"{self.nik[:4]}•+{self.nik[-4:]}"),
            "last four": (rf"(?<!\d){self.nik[-4:]}(?!\d)|{between.join(self.nik)}", ""),
            "birth date": (self.day, rf"••• {self.year}"),
            "phone": (between.join(digits), rf"•\D*{digits[-3:]}(?!\d)"),
            "e-mail": (rf"(?i){re.escape(self.email)}", rf"(?i)\b{self.email[0]}•+@"),
            "RW": (rf"(?i)\bRW\W{{0,6}}0?{self.rw}\b|<td>0?{self.rw}</td>|[,;]\"?0?{self.rw}\"?[,;]", ""),
            "occupation": (rf"(?i){self.occupation}", ""),
            "income": (r"[.,]?".join((self.income[0], self.income[1:4], self.income[4:])), ""),
            "months": (r"(?i)\b6 bulan|[,;]\"?6\"?[,;]|>6<", ""),
            "step": (r"(?i)pertanyaan (NIK|nama)|berhenti di", ""),
            "status": (_STATUS, ""),
            "receipt": (re.escape(receipt) if receipt else r"(?!)", ""),
            "transcript": (re.escape(self.chat), ""),
        }
