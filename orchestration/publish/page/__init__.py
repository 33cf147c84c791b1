"""The picture page: reports/<AS_OF>/index.html over all counties, and one page per county.

A page is one file that asks for nothing: style, script and ECharts stand in it, and its policy
forbids every request. Each chart draws itself from the table beside it, so that a reader without
script, on paper or with a screen reader has the same numbers. Aggregates only.

`page.sql` says what is read, `page.html.j2` how it stands, `charts.js` how it is drawn.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from ingest.home import Home
from orchestration.publish.page.regions import read_regions

HERE = Path(__file__).parent
GUARDS = HERE.parents[2] / "dbt_project" / "seeds" / "generated" / "rule_guard.csv"
QUERIES: Mapping[str, str] = dict(
    re.findall(
        r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)",
        (HERE / "page.sql").read_text("utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
SCRIPTS = tuple(
    Markup((HERE / name).read_text("utf-8")) for name in ("vendor/echarts.min.js", "charts.js")
)
ONE_ROW = ("figures", "runs")

Connection = duckdb.DuckDBPyConnection
Rows = list[dict[str, Any]]


def write_pages(home: Home, as_of: date, marts: Path) -> Path:
    """Write the pages of the night from the marts file; the path of index.html.

    A county's page is `<adcode>.html`. Pages of counties that the night does not know are removed.
    """
    folder = home.reports / as_of.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(marts), read_only=True) as con:
        _prepare(con, as_of)
        counties = _rows(con, "counties")
        only = counties[0]["adcode"] if len(counties) == 1 else None
        _write(folder / "index.html", _page(home, con, as_of, counties, only))
        for county in counties:
            page = _page(home, con, as_of, counties, county["adcode"])
            _write(folder / f"{county['adcode']}.html", page)
    written = {county["adcode"] for county in counties}
    for path in folder.glob("[0-9]*.html"):
        if path.stem not in written:
            path.unlink()
    return folder / "index.html"


def _prepare(con: Connection, as_of: date) -> None:
    """What the queries ask for beside the marts: night, county, small numbers, guards' names."""
    con.execute(f"set variable night = date '{as_of}'")
    con.execute("create temp macro night() as getvariable('night')")
    con.execute(
        "create temp macro here(x) as getvariable('county') is null or x = getvariable('county')"
    )
    con.execute(
        """
        create temp macro small() as (
            select max(cast(value as integer)) from marts.dim_rule_parameter
            where rule_id = 'ALL' and parameter = 'small_cell' and valid_from <= night()
                and (valid_to is null or night() < valid_to)
        )
        """
    )
    con.execute("create temp table guards as from read_csv(?)", [str(GUARDS)])


def _rows(con: Connection, name: str) -> Rows:
    result = con.execute(QUERIES[name])
    columns = [column[0] for column in result.description]
    return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]


def _page(home: Home, con: Connection, as_of: date, counties: Rows, adcode: str | None) -> str:
    con.execute("set variable county = ?", [adcode])
    found: dict[str, Any] = {name: _rows(con, name) for name in QUERIES}
    found |= {name: found[name][0] for name in ONE_ROW}
    found["meanings"] = {row["column_name"]: row["meaning"] for row in found["meanings"]}
    names = {county["adcode"]: county["county"] for county in counties}
    return _environment().get_template("page.html.j2").render(
        found,
        as_of=as_of,
        here=adcode,
        county=names.get(adcode) if adcode else None,
        counties=counties,
        regions=read_regions(home.root / "regions.geojson", adcode),
        style=Markup((HERE / "style.css").read_text("utf-8")),
        scripts=SCRIPTS,
        policy=_policy(),
    )  # fmt: skip


def _policy() -> str:
    """Nothing may be loaded; of scripts only these run. ECharts styles its elements in place."""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in SCRIPTS
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = lambda share: "" if share is None else f"{share:.0%}"
    return environment


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)
