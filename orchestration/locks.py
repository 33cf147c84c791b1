"""One night at a time in one home, and what a night killed with -9 left behind.

The lock is the operating system's: it goes with the process that held it. Who holds it is the only
living night, so every other run that Dagster believes to be under way is dead.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import PARTITION_NAME_TAG

from ingest.home import Home

JOB = "nightly"
KILLED = "这一夜的进程已不在（被终止或断电），由下一夜收尾"
UNFINISHED = [
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


class NightUnderWay(Exception):
    """Another process runs a night in this home."""


@contextmanager
def hold(home: Home, run_id: str) -> Iterator[None]:
    """Hold the home for one night; NightUnderWay, with the other's run id, when it is taken."""
    with (home.dagster / "night.lock").open("a+") as lock:
        lock.seek(0)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NightUnderWay(
                f"另一夜正在这个数据目录里运行（{lock.read().strip()}），等它结束后再运行"
            ) from None
        lock.truncate(0)
        lock.write(f"run {run_id}")
        lock.flush()
        yield


def is_held(home: Home) -> bool:
    """Whether some process runs a night in this home now."""
    try:
        with hold(home, "probe"):
            return False
    except NightUnderWay:
        return True


def bury_dead_runs(instance: dg.DagsterInstance, living: str) -> list[dg.DagsterRun]:
    """Report the runs of dead processes failed and give back their pool slots; these runs.

    To be called by the run `living`, which holds the home.
    """
    runs = instance.get_runs(RunsFilter(job_name=JOB, statuses=UNFINISHED))
    dead = [run for run in runs if run.run_id != living]
    for run in dead:
        instance.report_run_failed(run, KILLED)
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
    return dead


def night_of(run: dg.DagsterRun) -> str:
    """The night that a run is about."""
    return run.tags.get(PARTITION_NAME_TAG, "?")


def is_mended(instance: dg.DagsterInstance, night: str) -> bool:
    """Whether the last run of a night has published it, whatever became of earlier ones."""
    of_night = RunsFilter(job_name=JOB, tags={PARTITION_NAME_TAG: night})
    newest = instance.get_runs(of_night, limit=1)
    return bool(newest) and newest[0].is_success
