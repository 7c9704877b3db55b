"""How ids and times are stored: the same on both databases, so that one SQL text serves both.

A time is a BIGINT of microseconds since 1970, UTC. It sorts, compares and counts alike everywhere, and the hot path needs
no conversion on the way out. The desk's Core statements see aware datetimes through `Moment`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Column, Identity, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Big = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both: SQLite's INTEGER already is, and only INTEGER can be its row id."""


def micros(moment: datetime) -> int:
    """Microseconds since 1970. A time without zone is a mistake: raises TypeError."""
    return (moment - EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    """The UTC time of a stored number."""
    return EPOCH + timedelta(microseconds=value)


def moment_or_none(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


class Moment(TypeDecorator[datetime]):
    """A UTC datetime kept as microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return moment_or_none(value)


def id_column() -> Column[int]:
    """A primary key that is never given out twice."""
    return Column("id", Big, Identity(), primary_key=True)
