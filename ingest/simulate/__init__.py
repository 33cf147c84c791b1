"""A county of agencies that do not exist: what happened there, and what each agency hands in.

World and events first (`world`, `screening`, `incidents`, `oversight`), then the cases that act
upon them (`stage`, `cases`), then what each agency's files show of it (`registers`, `cells`,
`render`) with the slips of those who keep them (`defects`), and apart from all that the ledger of
what was planted (`ledger`), against which `score` measures a run.

That is the model MIN; `med` holds what the model of the medical-insurance fund needs in the same
order, and `models` lets one of them or both write into one inbox.

Nothing here imports a rule, a parameter or the code that judges.
"""

from ingest.simulate.county import County, Delivered, imagine, simulate
from ingest.simulate.world import NIGHTS

__all__ = ["NIGHTS", "County", "Delivered", "imagine", "simulate"]
