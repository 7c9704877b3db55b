"""Numbers of a day, added up by upkeep so that a page never counts millions: they name nobody, and outlive the rows."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from storage.columns import id_column
from storage.table import AUTO, Table, big


class DailyFigure(Table, table=True):
    """One number. figure: signups, decided, stood, billed. day: ISO, in the house's time zone (billed: UTC).

    area: "" for everywhere, else a kota's, kecamatan's or kelurahan's code: each level has its own row, so that one
    reading is one range. detail: the hours to a decision; the form, question and end somebody stood at.
    """

    __tablename__ = "daily_figures"
    __table_args__ = (
        UniqueConstraint("figure", "area", "day", "channel", "detail"),
        Index(None, "figure", "day"),
        AUTO,
    )
    id: int | None = Field(default=None, sa_column=id_column())
    figure: str
    area: str
    day: str
    channel: str
    detail: str
    n: int = big()
