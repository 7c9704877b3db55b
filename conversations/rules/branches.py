"""The branch offices in Jakarta, with how sure we are of each: nobody has confirmed them."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.rules.tables import rows


@dataclass(frozen=True, slots=True)
class Branch:
    """An office. kota: "" where no source names it. exists: "sure", "weak", "old" or "unconfirmed"."""

    name: str
    kota: str
    kota_by: str
    exists: str

    @property
    def sure(self) -> bool:
        """Whether both the office and its kota are told by a source, so that a person may be sent there."""
        return self.exists == "sure" and self.kota_by == "source"


BRANCHES = tuple(Branch(row["name"], row["kota"], row["kota_by"], row["exists"]) for row in rows("branches"))


def sure_ones(kota: str) -> tuple[Branch, ...]:
    """List the offices of a kota ("Jakarta Timur") that may be named to people. Others: Layanan 175."""
    return tuple(branch for branch in BRANCHES if branch.sure and branch.kota == kota)
