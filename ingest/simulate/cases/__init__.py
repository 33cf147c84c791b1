"""The cases: what people did, and what the written rules say must follow from it.

Each expectation is read from the text of the rules, by hand, and dates are counted from the
nights; nothing here looks at the parameters or the SQL that will judge it.
"""

from ingest.simulate.cases import records, screening
from ingest.simulate.stage import Stage


def play(stage: Stage, copies: int) -> None:
    """Play every case; those that repeat, `copies` times."""
    screening.play(stage, copies)
    records.play(stage, copies)
