"""How long a feed may stay away, by its cadence: late after the first, missing after the second."""

from __future__ import annotations

from fractions import Fraction

CADENCE_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}
LATE, MISSING = Fraction(3, 2), 3
WORKDAYS = Fraction(5, 7)  # of a week


def is_late(cadence: str, workdays: int) -> bool:
    """Whether a feed of that cadence is late so many working days after its last delivery.

    Agencies do not deliver on holidays. Feeds delivered on demand are never late.
    """
    days = CADENCE_DAYS.get(cadence)
    return days is not None and workdays > days * WORKDAYS * LATE
