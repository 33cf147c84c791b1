"""A small dbt project in place of the real one, and a night over it, so that tests take seconds."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from ingest.contract import load_contracts
from ingest.home import Home
from orchestration.assets import publish as publish_step
from orchestration.definitions import build_defs
from orchestration.instance import dagster_home
from orchestration.locks import JOB
from orchestration.parse import PROJECT, prepare
from orchestration.publish import Published, PublishError

NIGHT = "2023-02-01"
FILES = {
    "dbt_project.yml": """
name: small
version: "1.0.0"
config-version: 2
profile: xiansuo
flags: {send_anonymous_usage_stats: false}
vars: {as_of: null}
models: {small: {marts: {+schema: marts}}}
""",
    "macros/schema.sql": """
{% macro generate_schema_name(custom, node) %}{{ custom or target.schema }}{% endmacro %}
""",
    "models/staging/stg_police_case.sql": """
select *, cast('{{ var("as_of") }}' as date) as as_of from {{ source('lake', 'police_case') }}
""",
    "models/marts/fct_case.sql": """
select
    cast('{{ var("as_of") }}' as date) as as_of,
    (select count(*) from {{ ref('stg_police_case') }}) as cases,
    (select count(*) from {{ source('lake', 'delivery') }}) as files,
    (select count(*) from {{ source('observed', 'clue') }}) as observed
""",
    "models/schema.yml": """
sources:
  - name: lake
    description: accepted rows
    tables: [{name: police_case}, {name: delivery}, {name: quarantine_reason, description: reasons}]
  - name: observed
    tables: [{name: clue, description: clues of other nights}]
models:
  - {name: stg_police_case, description: cases}
  - name: fct_case
    description: number of cases
    columns:
      - name: cases
        description: cases
        data_tests:
          - accepted_values: {arguments: {values: [0, 1, 2, 3], quote: false}}
""",
}


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A parsed dbt project with one feed, one mart and one test (at most three cases)."""
    folder = tmp_path_factory.mktemp("small")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    shutil.copy(PROJECT / "profiles.yml", folder)
    prepare(folder)
    return folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty home that the environment names."""
    root = tmp_path / "home"
    monkeypatch.setenv("XIANSUO_HOME", str(root))
    monkeypatch.delenv("XIANSUO_ALERT_URL", raising=False)
    home = Home(root).make()
    dagster_home(home)
    return home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """The home's Dagster instance."""
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def deliver(home: Home) -> Callable[..., None]:
    """deliver(3): a file of three police cases; `change` replaces a column's cells."""

    def _deliver(rows: int, day: str = "2023-01-05", **change: str) -> None:
        columns = load_contracts()["police_case"].columns
        plain = {"date": "2023-01-02", "enum": "", "code": "1", "boolean": "否", "id_number": ""}
        lines = [",".join(column.header for column in columns)]
        for i in range(rows):
            lines.append(
                ",".join(
                    change.get(c.name, plain.get(c.type, f"{c.name}{i}"))
                    if not (c.type == "enum" and c.required)
                    else (c.allowed or ("",))[0]
                    for c in columns
                )
            )
        file = home.inbox / "520526" / "police" / day / "公安受立案.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines), "gb18030")
        an_hour_ago = time.time() - 3600
        os.utime(file, (an_hour_ago, an_hour_ago))

    return _deliver


@pytest.fixture
def night(
    project: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., dg.ExecuteInProcessResult]:
    """night(): run the job over the small project; publishing only copies the mart's row."""

    def verify(warehouse: Path, as_of: date) -> None:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            if con.execute("select cases, files from marts.fct_case").fetchone() == (0, 0):
                raise PublishError("没有一个文件")

    def write(home: Home, as_of: date, warehouse: Path) -> None:
        (home.observations / as_of.isoformat()).mkdir(exist_ok=True)

    def publish(home: Home, as_of: date, warehouse: Path, run_id: str) -> Published:
        with duckdb.connect(str(warehouse), read_only=True) as con:
            row = con.execute("select cases from marts.fct_case").fetchone()
        target = home.marts / "manifest.json"
        target.write_text(f'{{"night": "{as_of}", "cases": {row[0]}}}')  # type: ignore[index]
        return Published(as_of, {"marts.fct_case": 1}, home.reports / "index.html", target, [])

    def mount(home: Home, as_of: date, warehouse: Path) -> None:
        with duckdb.connect(str(warehouse)) as con:
            con.execute("create schema observed; create view observed.clue as select 1 as clue_id")

    monkeypatch.setattr(publish_step, "publish", publish)
    monkeypatch.setattr(publish_step.alarms, "sound", lambda *_: None)
    monkeypatch.setattr(publish_step, "verify_night", verify)
    monkeypatch.setattr(publish_step.observations, "write", write)
    monkeypatch.setattr(publish_step.observations, "mount", mount)
    job = build_defs(project=project).resolve_job_def(JOB)

    def _night(as_of: str = NIGHT) -> dg.ExecuteInProcessResult:
        return job.execute_in_process(instance=instance, partition_key=as_of, raise_on_error=False)

    return _night
