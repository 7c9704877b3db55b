"""Who may join by age: from 18 in this chat (younger people go to an officer), and until the day before turning 65."""

from __future__ import annotations

from datetime import date

YOUNGEST = 18  # ours, not the law's: the lower limit is not published, so an officer decides below it
OLDEST = 64  # under 65 on the day of registration, PP 44/2015 as the agency explains it


def age(born: date, today: date) -> int:
    """Count completed years. Somebody born on 29 February turns a year older on 1 March of other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def too_young(born: date, today: date) -> bool:
    """Say whether an officer has to help because the person is not 18 yet."""
    return age(born, today) < YOUNGEST


def too_old(born: date, today: date) -> bool:
    """Say whether the 65th birthday has come."""
    return age(born, today) > OLDEST
