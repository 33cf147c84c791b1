"""Persons' names: the key by which two writings of one name are equal.

The macro `names_compatible` of the dbt project is the twin of `compatible` and must agree with it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

import pyarrow as pa

from ingest.normalise.cells import INVISIBLE, Cells, Outcome, per_value, says_nothing, tidy

# 民委发〔2016〕33号 prescribes U+00B7 between the parts of a name; agencies write what they have.
SEPARATORS = "·•．.・‧∙⋅●･﹒。"
TRUNCATED_FROM = 4  # characters: a shorter beginning of a name says too little

_SEPARATED = re.compile(rf"(?<=\S)[{re.escape(SEPARATORS)}\s]+(?=\S)")
_NOT_KEY = re.compile(rf"[{re.escape(SEPARATORS)}\s]+")
_PADDED = re.compile(r"^(\S)\s+(\S)$")  # 马　花: spread over the width of three characters


@cache
def _folding() -> dict[int, str]:
    """Traditional and variant characters to simplified ones, from OpenCC's tables."""
    folding: dict[int, str] = {}
    for table in ("TSCharacters", "TWVariantsRev", "HKVariantsRev"):
        text = files("opencc").joinpath("dictionary", f"{table}.txt").read_text("utf-8")
        for line in text.splitlines():
            character, _, targets = line.partition("\t")
            if len(character) == 1 and targets:
                target = targets.split()[0]
                folding.setdefault(ord(character), folding.get(ord(target), target))
    return folding


def name_key(name: str) -> str:
    """The name without separators and spaces, NFKC, upper case, simplified: 馬·艷花 → 马艳花."""
    key = unicodedata.normalize("NFKC", INVISIBLE.sub("", name))
    return _NOT_KEY.sub("", key).upper().translate(_folding())


def has_separator(name: str) -> bool:
    """Whether the name has parts, as names of several peoples do."""
    return _SEPARATED.search(name) is not None


def compatible(a: str, b: str) -> bool:
    """Whether two writings may be one person's name.

    Equal keys; or one key begins the other, with at least four characters, and a name of the two
    has a separator (a field that was too short cut it off).
    """
    short, long = sorted((name_key(a), name_key(b)), key=len)
    if short == long:
        return bool(short)
    separated = has_separator(a) or has_separator(b)
    return separated and len(short) >= TRUNCATED_FROM and long.startswith(short)


def normalise_names(cells: Cells) -> Outcome:
    """Names as written but tidy ('') with _key and _sep; 无 and 不详 are no names."""

    def read(text: str) -> str | None:
        name = _PADDED.sub(r"\1\2", tidy(text))
        return None if says_nothing(name) or not name_key(name) else name

    names = per_value(cells.text, read, pa.string())
    keys = per_value(names, name_key, pa.string())
    separated = per_value(names, has_separator, pa.bool_())
    return Outcome.of(names, {"": names, "_key": keys, "_sep": separated})
