"""Resources: the home held for a night, and dbt.
(Dagster: docs.dagster.io/guides/build/external-resources)

What belongs here: connections and handles that steps ask for. What does not: work on data.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource
from packaging.version import Version

from ingest.home import Home
from orchestration import alert, locks
from orchestration.key import check_key
from orchestration.parse import PROJECT, SAVED_PARSE


class Night(dg.ConfigurableResource):
    """The data root, held by one run from its first step to its last."""

    root: str

    @classmethod
    def from_env(cls) -> Night:
        """The home that XIANSUO_HOME names."""
        return cls(root=os.fspath(Home.from_env().root))

    @property
    def home(self) -> Home:
        """The home's folders."""
        return Home(Path(self.root))

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[Night]:
        """Take the lock, tidy up after nights that were killed, and let go at the end.

        Raises KeyUnusable before anything else, NightUnderWay when another night has the home.
        """
        check_key(self.home.make())
        run_id = context.run_id or ""
        with locks.hold(self.home, run_id):
            if context.instance:
                dead = locks.bury_dead_runs(context.instance, living=run_id)
                nights = {locks.night_of(run) for run in dead}
                if context.run:
                    nights -= {locks.night_of(context.run)}  # has its chance now
                alert.tell(self.home, [alert.night_failed(n, locks.KILLED) for n in sorted(nights)])
            yield self


class Dbt(DbtCliResource):
    """dbt in a process of its own, under this Python, with the manifest of the set-up."""

    @classmethod
    def of(cls, project: Path = PROJECT) -> Dbt:
        """The resource for a project folder whose manifest is prepared."""
        launcher = Path(__file__).with_name("dbt_night.py")
        return cls(
            project_dir=os.fspath(project),
            profiles_dir=os.fspath(project),
            dbt_executable=sys.executable,
            # -P: this folder is not on dbt's path
            global_config_flags=["-P", str(launcher), str(project / "target" / SAVED_PARSE)],
        )

    @cached_property
    def _cli_version(self) -> Version:
        """Read from the package: `dbt --version` costs three CPU-seconds."""
        return Version(metadata.version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:
        """No second dbt, and no second connection to the warehouse, in this process."""
