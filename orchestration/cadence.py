"""How long a feed may stay away, by its cadence: late after the first, missing after the second.

In working days, for pages and alarms, the first is the parameter `late_workdays_<cadence>`.
"""

from __future__ import annotations

from fractions import Fraction

CADENCE_DAYS = {"daily": 1, "weekly": 7, "monthly": 31, "quarterly": 92, "yearly": 366}
LATE, MISSING = Fraction(3, 2), 3
