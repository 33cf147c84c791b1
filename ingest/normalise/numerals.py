"""Chinese numerals up to 99, as they stand in dates and in the names of schools."""

from __future__ import annotations

DIGITS = "〇一二三四五六七八九"
NUMERAL = "[〇零一二三四五六七八九十]"


def to_int(numeral: str) -> int | None:
    """二〇二一 → 2021, 二十三 → 23, 十 → 10, 15 → 15; None where it is no number."""
    text = numeral.replace("零", "〇")
    if text.isdecimal():
        return int(text)
    if "十" not in text:
        return (
            int("".join(str(DIGITS.index(c)) for c in text)) if set(text) <= set(DIGITS) else None
        )
    tens, _, units = text.partition("十")
    if len(tens) > 1 or len(units) > 1 or not set(tens + units) <= set(DIGITS[1:]):
        return None
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(units) if units else 0)
