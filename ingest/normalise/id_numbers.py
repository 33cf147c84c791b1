"""A column of identity numbers: what each cell is worth for joining persons."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.normalise import identity
from ingest.normalise.cells import Cells, Outcome, holds, is_placeholder, is_there, per_value
from ingest.normalise.floats import lost_in_a_float

RESIDENT_CARD = "居民身份证"
_PERMIT = "^(8[123]|9)"
_TRAVEL_DOCUMENT = "^[A-Z]{1,3}[0-9A-Z()/]{5,}$"
# Letters typed for digits, the Cyrillic О and Х (U+041E, U+0425) among them.
_LOOKALIKES = str.maketrans({
    "O": "0", "\u041e": "0", "〇": "0", "I": "1", "L": "1", "|": "1", "×": "X", "\u0425": "X",
})  # fmt: skip


def normalise_ids(
    cells: Cells, today: date, document: pa.Array | None = None, column_lost: bool = False
) -> Outcome:
    """Identity numbers of one column, born up to `today`.

    `document`: the kind of document of each row where the feed says so; a foreign document's 15
    digits are no old resident number, and what is unusable is then `other_document`.
    `column_lost`: the file's whole column went through a float (`floats.float_suspect`).
    Values: '' the number or null, _status, _raw (an unusable number's text), _born, _sex.
    """
    text = identity.cleaned(cells.text)
    given = is_there(text)
    placeholder = given & holds(per_value(text, is_placeholder, pa.bool_()))
    foreign = np.zeros(len(cells), dtype=bool)
    if document is not None:
        foreign = holds(pc.not_equal(document, RESIDENT_CARD))

    looks_valid = identity.is_valid(text, today)
    lost = lost_in_a_float(text, cells.kind, looks_valid, column_lost) & ~placeholder
    valid = looks_valid & ~lost
    longer = identity.upgraded(text)
    upgraded = identity.is_valid(longer, today) & ~foreign
    doubtful = pc.if_else(pa.array(looks_valid), None, text)
    mended = per_value(doubtful, lambda number: number.translate(_LOOKALIKES), pa.string())
    repaired = identity.is_valid(mended, today) & ~lost & ~valid
    usable = valid | upgraded | repaired

    number = _first([(valid, text), (upgraded, longer), (repaired, mended)])
    permit = holds(pc.match_substring_regex(number, _PERMIT))
    unusable = given & ~usable & ~lost & ~placeholder
    travel = unusable & (foreign | holds(pc.match_substring_regex(text, _TRAVEL_DOCUMENT)))
    status = np.select(
        [~given | placeholder, lost, upgraded, repaired, permit | travel, valid],
        ["missing", "lost", "upgraded", "repaired", "other_document", "valid"],
        "invalid",
    )
    born = np.where(usable, identity.born_on(number), np.datetime64("NaT", "D"))
    sex = np.where(identity.is_male(number), "男", "女")
    return Outcome(
        values={
            "": number,
            "_status": pa.array(status, pa.string()),
            "_raw": pc.if_else(pa.array(given & ~usable), cells.text, None),
            "_born": pa.array(born, pa.date32()),
            "_sex": pc.if_else(pa.array(usable), pa.array(sex, pa.string()), None),
        },
        given=given,
        flags={
            "id_lost": lost,
            "id_upgraded": upgraded,
            "id_repaired": repaired,
            "id_placeholder": placeholder,
            "id_other_document": travel,
            "id_invalid": unusable & ~travel,
        },
    )


def _first(choices: list[tuple[np.ndarray, pa.Array]]) -> pa.Array:
    """The first array whose mask holds, null where none does."""
    result: pa.Array = pa.nulls(len(choices[0][0]), pa.string())
    for mask, values in reversed(choices):
        result = pc.if_else(pa.array(mask), values, result)
    return result
