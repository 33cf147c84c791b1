"""What people do to the fund, and what honest people do that looks like it.

Each scheme acts through the events that everyone uses. Beside each stand those who are easily
taken for it, three for one; what must follow is read from the rules' text by hand and goes into
the ledger. Nothing here looks at a parameter or at the SQL that will judge.
"""

from ingest.simulate.med.schemes import (
    cards,
    counters,
    drugs,
    goods,
    hoards,
    outsiders,
    oversight,
    shelves,
    wards,
)
from ingest.simulate.med.stage import Stage


def play(stage: Stage, copies: int) -> None:
    """Play every scheme, each with `copies` actors, and three times as many lures."""
    for scheme in (goods, outsiders, shelves, cards, hoards, counters, drugs, wards, oversight):
        scheme.play(stage, copies)
    # what else a rule may rightly say of them
    cards.lent_in_hospital(stage)
    hoards.on_one_card(stage)
