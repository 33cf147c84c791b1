"""Dates as intervals [earliest, latest], months, and moments.

A date of month or year precision becomes the interval of the days that it may mean; the rules
choose the end that favours the person. Years are those of the common calendar, 1900 to 2100.
Two-digit years and 6/1/2021 are refused: nobody can tell what they mean.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise.cells import (
    Cells,
    Outcome,
    blank_where,
    by_column,
    holds,
    per_cell,
    says_nothing,
    tidy,
)
from ingest.normalise.numerals import NUMERAL, to_int

Interval = tuple[date, date]

OPEN_END = date(9999, 12, 31)
_OPEN_WORDS = {
    *("至今", "迄今", "现在", "长期", "长期有效", "永久", "永久有效", "无期限", "无固定期限"),
}
_NO_DATE = re.compile("0{4}-00?-00?|0{8}")  # what databases write for none
_OPEN_YEARS = frozenset({2999, 3000, OPEN_END.year})  # what databases write for an open end
_YEARS = range(1900, 2101)

# Excel counts days from here (it believes in a 29 February 1900). In a text cell or a csv file
# five digits are a serial only from 1968 to 2064; no other usual writing has five digits.
_EXCEL_EPOCH = datetime(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_TEXT_SERIALS = range(25_000, 60_000)
# A number cell cannot tell 2021.1 from 2021.10.
_JANUARY_OR_OCTOBER = re.compile(r"(\d{4})\.1")

_CHINESE = re.compile(f"{NUMERAL}{{1,4}}(?=[年月日号])")
_PARTS = re.compile(r"(\d{4})(?:([-/.年])(\d{1,2})(?:[-/.月](\d{1,2}))?)?(?:年|月份?|日|号|\.)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_WHOLE = re.compile(r"^(\d{6}|\d{8})\.0+$")  # 202306.0: digits that passed through a number
_MOMENT = re.compile(
    r"(?P<day>.*?)(?:T| |(?<=日))(?P<hour>\d{1,2})[:时点](?:(?P<minute>\d{1,2})分?)?"
    r"(?::?(?P<second>\d{1,2}))?(?:\.(?P<fraction>\d{1,9}))?秒?"
)
_COMPACT_MOMENT = re.compile(r"(\d{8})(\d\d)(\d\d)(\d\d)")
_ISO_OFFSET = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d\S*?)(Z|[+-]\d\d(:?\d\d)?)")
_SYSTEM_MOMENT = r"^(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9] ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d))?")
NO_DAY = date(1900, 1, 1)  # of a time of day whose date was not exported
_CHINA = ZoneInfo("Asia/Shanghai")  # not +08: the summers from 1986 to 1991 were an hour ahead


def _days(year: int, month: int | None, day: int | None) -> Interval | None:
    """The days of a year, a month or a day; None where the calendar has none such."""
    if year in _OPEN_YEARS:
        return OPEN_END, OPEN_END
    if year not in _YEARS or (month is not None and month not in range(1, 13)):
        return None
    first, last = month or 1, month or 12
    if day is None:
        return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
    if day not in range(1, calendar.monthrange(year, first)[1] + 1):
        return None
    return date(year, first, day), date(year, first, day)


def _written_day(text: str) -> Interval | None:
    """A day, month or year as people write it: 2021.6.1, 2021年6月, 二〇二一年, 20210601."""
    text = _CHINESE.sub(lambda numeral: str(to_int(numeral[0])), "".join(text.split()))
    if compact := _COMPACT.fullmatch(text):
        year, month, day = compact.groups()
    elif parts := _PARTS.fullmatch(text):
        year, _, month, day = parts.groups()
    else:
        return None
    return _days(int(year), int(month) if month else None, int(day) if day else None)


def _serial(text: str, kind: str) -> datetime | None:
    """The moment of an Excel serial number; None where the text is none."""
    if not _SERIAL.fullmatch(text) or (kind != "n" and int(text[:5]) not in _TEXT_SERIALS):
        return None
    # Excel's fractions of a day are exact to the second, not below.
    return _EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86_400))


def _moment(text: str, kind: str) -> tuple[Interval, time] | None:
    """The day or days that a cell means, and the time of day where it says one."""
    text = unicodedata.normalize("NFKC", tidy(text))
    if moment := _serial(text, kind):
        return (moment.date(), moment.date()), moment.time()
    text = _WHOLE.sub(r"\1", text)
    if kind == "n":
        text = re.sub(r"\.0+$", "", text)
        if january := _JANUARY_OR_OCTOBER.fullmatch(text):
            return (date(int(january[1]), 1, 1), date(int(january[1]), 10, 31)), time()
    try:
        if offset := _ISO_OFFSET.fullmatch(text):
            text = _local(text) if int(text[:4]) in _YEARS else offset[1]
        text = _COMPACT_MOMENT.sub(r"\1T\2:\3:\4", text)
        clock = _MOMENT.fullmatch(text)
        days = _written_day(clock["day"] if clock else text)
        if days is None:
            return None
        if clock is None:
            return days, time()
        micro = (clock["fraction"] or "").ljust(6, "0")[:6]
        hour, minute, second = (int(clock[p] or 0) for p in ("hour", "minute", "second"))
        return days, time(hour, minute, second, int(micro))
    except ValueError:
        return None


def _local(text: str) -> str:
    """A moment with an offset as China's clocks showed it."""
    return datetime.fromisoformat(text).astimezone(_CHINA).replace(tzinfo=None).isoformat()


def parse_date(text: str, kind: str = "") -> Interval | None:
    """The interval of days that a cell means; None where it means none."""
    if _says_open(text):
        return OPEN_END, OPEN_END
    moment = _moment(text, kind)
    return moment[0] if moment else None


def _says_open(text: str) -> bool:
    return "".join(text.split()) in _OPEN_WORDS


def parse_month(text: str, kind: str = "") -> Interval | None:
    """As `parse_date`, widened to whole months."""
    days = parse_date(text, kind)
    if days is None or days[1] == OPEN_END:
        return days
    last = days[1]
    return days[0].replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1])


def parse_timestamp(text: str, kind: str = "") -> datetime | None:
    """The moment that a cell means, in China's time; a day alone is its midnight."""
    moment = _moment(text, kind)
    if moment is None or moment[0][0] != moment[0][1] or moment[0][0] == OPEN_END:
        return None
    return datetime.combine(moment[0][0], moment[1])


def _is_open(text: str) -> bool:
    return parse_date(text) == (OPEN_END, OPEN_END)


def _given(cells: Cells) -> Cells:
    def blank(text: str) -> bool:
        return says_nothing(text) or _NO_DATE.match(text) is not None

    return Cells(blank_where(cells.text, blank), cells.kind, cells.heading)


def _intervals(cells: Cells, parse: Callable[[str, str], Interval | None]) -> Outcome:
    cells = _given(cells)

    def read(text: str, kind: str) -> dict[str, date] | None:
        days = parse(text, kind)
        return {"min": days[0], "max": days[1]} if days else None

    days = per_cell(cells, read, pa.struct([("min", pa.date32()), ("max", pa.date32())]))
    first, last = pc.struct_field(days, "min"), pc.struct_field(days, "max")
    return Outcome.of(cells.text, {"_min": first, "_max": last}, "bad_date")


def normalise_dates(cells: Cells) -> Outcome:
    """Dates of any precision as _min and _max; `bad_date` where a cell means none."""
    return _intervals(cells, parse_date)


def normalise_months(cells: Cells) -> Outcome:
    """Months as their first and last days; `bad_date` where a cell means none."""
    return _intervals(cells, parse_month)


def parse_clock(text: str, kind: str = "") -> datetime | None:
    """As `parse_timestamp`; a time of day alone is on NO_DAY."""
    written = _CLOCK.fullmatch(tidy(text))
    if written is None:
        return parse_timestamp(text, kind)
    hour, minute, second = (int(part or 0) for part in written.groups())
    try:
        return datetime.combine(NO_DAY, time(hour, minute, second))
    except ValueError:
        return None


def _whole_moments(text: pa.Array) -> pa.Array:
    """Moments as systems write them, 2024-03-01 08:30:00; null for anything else."""
    shaped = pc.if_else(pc.match_substring_regex(text, _SYSTEM_MOMENT), text, None)
    moments = pc.strptime(shaped, format="%Y-%m-%d %H:%M:%S", unit="us", error_is_null=True)
    # strptime takes the 30th of February for the 1st of March
    day = pc.utf8_slice_codeunits(shaped, 8, 10).cast(pa.int64())
    return pc.if_else(pc.equal(pc.day(moments), day), moments, None)


def normalise_timestamps(cells: Cells, clock: bool = False) -> Outcome:
    """Moments without a zone, in China's time; `bad_date` where the cell is none.

    What has not ended has no moment of its end: an open end is null. `clock`: the column may hold
    a time of day without its date, which is then flagged.
    """
    whole = _whole_moments(cells.text)
    plain = pc.or_(whole.is_valid(), cells.text.is_null())
    rest = _given(Cells(pc.if_else(plain, None, cells.text), cells.kind))
    cells = Cells(pc.coalesce(rest.text, pc.if_else(plain, cells.text, None)), cells.kind)

    def slow(left: Cells) -> pa.Array:
        return per_cell(left, parse_clock if clock else parse_timestamp, pa.timestamp("us"))

    moments = by_column(cells, plain, lambda _: whole, slow)
    read = moments.is_valid()
    others = blank_where(pc.if_else(read, None, cells.text), _is_open)
    outcome = Outcome.of(pc.if_else(read, cells.text, others), {"": moments}, "bad_date")
    if not clock:
        return outcome
    alone = holds(pc.equal(moments.cast(pa.date32(), safe=False), pa.scalar(NO_DAY)))
    return replace(outcome, flags={"clock_only": alone})
