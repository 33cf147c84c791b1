"""The cases: what people did, and what the written rules say must follow from it.

Each expectation is read from the text of the rules, by hand, and dates are counted from the
nights; nothing here looks at the parameters or the SQL that will judge it.
"""

from ingest.simulate.cases import (
    asked_late,
    authorities,
    bans,
    courts,
    never_asked,
    owners,
    records,
)
from ingest.simulate.stage import Stage


def play(stage: Stage, copies: int) -> None:
    """Play every case; those that repeat, `copies` times.

    Cases that take whole units come first, while there are untouched ones.
    """
    for cases in (never_asked, authorities, owners, asked_late, records, bans, courts):
        cases.play(stage, copies)
