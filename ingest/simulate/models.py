"""The models that a county can be simulated for, one or all of them into one inbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from ingest.simulate import county, world
from ingest.simulate.county import Delivered
from ingest.simulate.med import county as med_county
from ingest.simulate.med import world as med_world

MODELS = ("min", "med")
ALL = "all"


def nights_of(model: str) -> tuple[date, ...]:
    """The nights of a simulation when none are given: both models together follow the fund's."""
    return world.NIGHTS if model == "min" else med_world.NIGHTS


def simulate(
    model: str,
    inbox: Path,
    ledger_dir: Path,
    nights: tuple[date, ...] | None = None,
    seed: int = 1,
    scale: float = 1.0,
    say: Callable[[str], None] = lambda line: None,
    settlements: int | None = None,
) -> Delivered:
    """Write what the agencies of a model (min, med or all) hand in, and the ledger apart from it.

    With `settlements` the fund's county has about so many, whatever the scale, and its platform
    exports Parquet throughout.

    `ledger_dir` must not lie in the inbox (ValueError). Progress goes to `say`, a line at a time.
    """
    wanted = MODELS if model == ALL else (model,)
    nights = nights or nights_of(model)
    done = []
    if "min" in wanted:
        done.append(county.simulate(inbox, ledger_dir, nights, seed, scale, say))
    if "med" in wanted:
        size = scale if settlements is None else med_world.scale_of(settlements, nights)
        done.append(
            med_county.simulate(
                inbox, ledger_dir, nights, seed, size, say, parquet=settlements is not None
            )
        )
    return Delivered(
        sum(d.rows for d in done),
        sum(d.files for d in done),
        done[-1].ledger,
        {variable: url for d in done for variable, url in d.databases.items()},
    )
