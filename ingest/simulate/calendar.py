"""When each agency hands in: the base delivery before the first night, then one a month."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

# Days before the night on which the agency delivers. The court hands in on the night itself.
DAYS_BEFORE = {
    "institution_register": 5,
    "staff_roster": 4,
    "business_registration": 3,
    "social_insurance": 3,
    "screening_record": 2,
    "criminal_judgment": 0,
    "prosecution_case": 1,
    "police_penalty": 3,
    "police_case": 3,
    "sentence_execution": 2,
    "teacher_qualification": 5,
    "enforcement_action": 1,
    "procuratorial_document": 0,
}
HISTORY_FROM = np.datetime64("2020-08-20")  # when the first duty to screen began


def delivered_on(feed: str, night: date) -> np.datetime64:
    """The day on which the feed's delivery for a night lies in the inbox."""
    return np.datetime64(night) - DAYS_BEFORE[feed]


def period_end(feed: str, night: date) -> np.datetime64:
    """The last day that the delivery for a night covers."""
    return delivered_on(feed, night) - 1


def delivery_of(feed: str, day: pd.Series | np.ndarray, nights: tuple[date, ...]) -> np.ndarray:
    """The number of the first delivery that covers each day; len(nights) when none does yet."""
    ends = np.array([period_end(feed, night) for night in nights])
    return np.searchsorted(ends, np.asarray(day).astype("datetime64[D]"))
