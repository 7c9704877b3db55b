"""What every table is made of: one metadata, ids that are never given out twice, 64-bit numbers and UTC times."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from storage.columns import Big, Moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)


AUTO = {"sqlite_autoincrement": True}


class Table(SQLModel):
    """What all tables share: one metadata, and ids that SQLite never gives out twice."""

    metadata = metadata
    __table_args__: Any = AUTO


def big(**options: Any) -> Any:
    """A 64-bit column."""
    return Field(sa_type=Big, **options)


def when(**options: Any) -> Any:
    """A UTC time."""
    return Field(sa_type=Moment, **options)
