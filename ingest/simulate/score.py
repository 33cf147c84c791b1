"""How a run compares with what was planted: `python -m ingest.simulate.score --home --ledger`.

Found are planted clues that fire on the night (suppressed ones too); missed the plain ones that do
not, hidden the others; false those that fire and were not planted; tripped the planted negatives
among the false.

What is certain by the rules' text must be found, all of it and nothing else. Schemes that differ in
how well they hide have a difficulty: of those the plain ones must be found, and the score tells the
recall of the others, by number and by money. A rule that looks for such may also find what nobody
planted; that is its precision, and no fault.
"""

from __future__ import annotations

import argparse
import hmac
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from ingest.home import Home
from ingest.simulate import ledger as ledgers

PLAIN = 2  # the difficulty up to which a scheme must be found
GRADES = f"by difficulty (up to {PLAIN} it must be found; more may stay hidden, 5 nearly always)"
FIRING = ("new", "open", "reopened", "suppressed")
CLUES = """
    select d.as_of, d.rule_id, d.adcode, c.subject_key as subject, d.clue_id
    from marts.fct_clue_day as d
    join marts.fct_clue as c using (clue_id)
    where not d.is_parent and d.state in ('new', 'open', 'reopened', 'suppressed')
"""
RUNS = "select as_of, rule_id, adcode, outcome from marts.fct_rule_run"
KEYS = ["rule_id", "adcode", "subject"]


@dataclass
class Score:
    """One night's table by rule, and in words what went wrong."""

    night: date
    table: pd.DataFrame  # rule_id, planted, found, missed, hidden, false, negatives, tripped
    wrong: list[str] = field(default_factory=list)
    graded: pd.DataFrame = field(default_factory=pd.DataFrame)  # difficulty: planted, found, yuan


def subject_key(subject: str, key: bytes) -> str:
    """A ledger's subject with the pseudonyms of this home in the place of the braces."""

    def pseudonym(match: re.Match[str]) -> str:
        text = match[1].removeprefix("~")
        digest = hmac.digest(key, text.encode(), "sha256").hex()[:32]
        return "~" * match[1].startswith("~") + digest

    return re.sub(r"\{([^}]*)\}", pseudonym, subject)


def published(home: Home) -> Path:
    """The file of the marts; FileNotFoundError when no night has been published."""
    marts = home.marts / "clues.duckdb"
    if not marts.exists():
        raise FileNotFoundError(f"{marts} is not there: no night has been published")
    return marts


def score(home: Home, ledger_dir: Path, night: date | None = None) -> list[Score]:
    """Compare the published nights (or one of them) with the ledger.

    Raises FileNotFoundError when there are no marts or no ledger.
    """
    marts = published(home)
    planted = ledgers.read(ledger_dir)
    planted["subject"] = planted.subject.map(lambda s: subject_key(s, home.key))
    with duckdb.connect(str(marts), read_only=True) as connection:
        clues, runs = connection.sql(CLUES).df(), connection.sql(RUNS).df()
    for frame in (clues, runs):
        frame["as_of"] = pd.to_datetime(frame.as_of).dt.date
    nights = sorted(runs.as_of.unique())
    planted = planted[(planted.gone_from == "") | (planted.gone_from > str(nights[-1]))]
    return [
        _night(planted, clues[clues.as_of == d], runs[runs.as_of == d], d)
        for d in nights
        if night in (None, d)
    ]


def _night(planted: pd.DataFrame, clues: pd.DataFrame, runs: pd.DataFrame, night: date) -> Score:
    valid = planted[(planted.from_night <= night) & (planted.to_night >= night)]
    unjudged = valid[valid.expected == "not_evaluated"]
    outcomes = runs.set_index(["rule_id", "adcode"]).outcome.to_dict()
    wrong = [
        f"{r} in {a}: {outcomes.get((r, a), 'not run')}, expected NOT_EVALUATED"
        for r, a in zip(unjudged.rule_id, unjudged.adcode, strict=True)
        if outcomes.get((r, a)) != "NOT_EVALUATED"
    ]
    skipped = set(zip(unjudged.rule_id, unjudged.adcode, strict=True))
    judged = _outside(skipped, "rule_id", "adcode")
    valid, clues = valid[judged(valid)], clues[judged(clues)]
    expected = valid[valid.expected == "clue"].drop_duplicates(KEYS)
    negative = valid[valid.expected == "no_clue"].drop_duplicates(KEYS)
    hits = expected.merge(clues, on=KEYS, how="outer", indicator=True)
    silent, false = hits[hits["_merge"] == "left_only"], hits[hits["_merge"] == "right_only"]
    plain = silent.difficulty <= PLAIN
    # neither a side effect of a scheme nor a scheme seen before its last act is a mistake
    allowed = planted[(planted.expected == "may") | (planted.difficulty > 0)]
    false = false[~_among(allowed)(false)]
    tripped = negative.merge(clues, on=KEYS).merge(false[["clue_id"]], on="clue_id")
    counts = {
        "planted": expected,
        "found": hits[hits["_merge"] == "both"],
        "missed": silent[plain],
        "hidden": silent[~plain],
        "false": false,
        "negatives": negative,
        "tripped": tripped,
    }
    table = pd.DataFrame({name: rows.groupby("rule_id").size() for name, rows in counts.items()})
    missed = counts["missed"]
    wrong += [f"missed {i}: {n}" for i, n in zip(missed.plant_id, missed.note, strict=True)]
    lure = dict(zip(tripped.clue_id, tripped.plant_id, strict=True))
    uncertain = set(planted.rule_id[planted.difficulty > 0])
    faults = false[~false.rule_id.isin(uncertain) | false.clue_id.isin(lure)]
    wrong += [f"false {c} {lure.get(c, '(not planted)')}" for c in faults.clue_id]
    table = table.fillna(0).astype(int).sort_index()
    return Score(night, table, wrong, _graded(hits[hits.difficulty > 0]))


def _graded(hits: pd.DataFrame) -> pd.DataFrame:
    """How much was found of what hides, by how well it hides: clues, and the yuan behind them."""
    found = hits["_merge"] == "both"
    yuan = pd.to_numeric(hits.amount).fillna(0)
    sums = pd.DataFrame({"planted": 1, "found": found, "yuan": yuan, "yuan found": yuan * found})
    return sums.groupby(hits.difficulty.astype(int)).sum().astype({"planted": int, "found": int})


def _among(rows: pd.DataFrame) -> Callable[[pd.DataFrame], pd.Series]:
    outside = _outside(set(rows[KEYS].itertuples(index=False, name=None)), *KEYS)
    return lambda frame: ~outside(frame)


def _outside(pairs: set[Any], *columns: str) -> Callable[[pd.DataFrame], pd.Series]:
    def keep(frame: pd.DataFrame) -> pd.Series:
        inside = pd.MultiIndex.from_frame(frame[list(columns)]).isin(list(pairs))
        return pd.Series(~inside, index=frame.index)

    return keep


def report(scores: list[Score], shown: int) -> str:
    """The tables as text, the first `shown` faults of each night beneath."""
    lines = []
    for each in scores:
        lines += [f"night {each.night}", each.table.to_string()]
        if len(each.graded):
            lines += [GRADES, each.graded.to_string()]
        lines += [f"  {fault}" for fault in each.wrong[:shown]]
        if len(each.wrong) > shown:
            lines.append(f"  … and {len(each.wrong) - shown} more")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Print the score; exit status 1 when anything is missed, false or wrongly evaluated."""
    parser = argparse.ArgumentParser(
        prog="python -m ingest.simulate.score",
        description="Compare published nights with the ledger.",
    )
    parser.add_argument("--home", type=Path, required=True, help="the data root")
    parser.add_argument("--ledger", type=Path, help="the ledger's folder (default: HOME-planted)")
    parser.add_argument(
        "--night", type=date.fromisoformat, help="one night; default: all published"
    )
    parser.add_argument("--show", type=int, default=10, help="faults to list per night")
    args = parser.parse_args()
    home = Home(args.home.resolve())
    folder = args.ledger or home.root.parent / f"{home.root.name}-planted"
    scores = score(home, folder, args.night)
    print(report(scores, args.show))
    if any(each.wrong for each in scores) or not scores:
        sys.exit(1)


if __name__ == "__main__":
    main()
