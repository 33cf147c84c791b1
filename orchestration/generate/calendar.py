"""Workdays: the holidays and make-up days that the State Council publishes each autumn."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from orchestration.generate.tables import csv_text

FIRST = date(2015, 1, 1)  # the oldest conduct a rule knows: 刑法37之一 begins in November 2015
LAST = date(2035, 12, 31)
PUBLISHED_TO = max(chinese_calendar.constants.holidays).year


def workdays() -> str:
    """CSV of every day and whether it is a workday.

    Years that have not been published yet count Monday to Friday.
    """
    days = (FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    rows = ((day.isoformat(), str(_is_workday(day)).lower()) for day in days)
    return csv_text(("date_day", "is_workday"), rows)


def _is_workday(day: date) -> bool:
    if day.year > PUBLISHED_TO:
        return day.weekday() < 5
    return bool(chinese_calendar.is_workday(day))
