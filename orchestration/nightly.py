"""One night from the command line: `python -m orchestration.nightly --as-of 2023-10-31`.

Exit status 0: published. 1: not published, the marts are those of the last published night.
2: the night asked for cannot be run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from functools import cache

from dagster import DagsterInstance, ExecuteInProcessResult, Failure, JobDefinition

from ingest.home import Home
from orchestration.alert import night_failed, tell
from orchestration.hygiene import guarded
from orchestration.instance import dagster_home
from orchestration.jobs import FIRST_NIGHT, newest_night, today
from orchestration.key import KeyUnusable, check_key
from orchestration.locks import JOB
from orchestration.parse import prepare

FAILED = 1


def main(arguments: Sequence[str]) -> int:
    """Run one night and say how it went."""
    parser = argparse.ArgumentParser(prog="nightly", description="运行一夜：收件、检查、判断、发布")
    parser.add_argument("--as-of", type=_night, default=newest_night(), metavar="YYYY-MM-DD")
    as_of: date = parser.parse_args(arguments).as_of
    home = Home.from_env()
    os.environ["XIANSUO_HOME"] = os.fspath(home.root)
    try:
        check_key(home)
    except KeyUnusable as error:
        return _report_failure(home, as_of, str(error))
    dagster_home(home)
    started = time.monotonic()
    print(f"{as_of} 这一夜，数据目录 {home.root}，正在准备 …", flush=True)
    try:
        with guarded(home, "nightly"):
            trouble = _attempt(as_of)
    except Failure as failure:
        trouble = failure.description
    except OSError as error:  # not even that could be written down: a full disk
        trouble = f"{type(error).__name__}: {error.strerror}"
    if trouble:
        return _report_failure(home, as_of, trouble)
    print(
        f"{as_of} 这一夜已发布，用时 {time.monotonic() - started:.0f} 秒\n"
        f"  报告    {home.reports / as_of.isoformat() / 'index.html'}\n"
        f"  数据质量 {home.reports / as_of.isoformat() / 'quality.html'}\n"
        f"  线索库  {home.marts / 'clues.duckdb'}",
        flush=True,
    )
    return 0


def _attempt(as_of: date) -> str | None:
    try:
        prepare()
    except RuntimeError as error:
        return str(error)
    return run(as_of)


def run(as_of: date) -> str | None:
    """Run the job for the night in this process; what went wrong in a sentence, or None."""
    with DagsterInstance.get() as instance:
        result = _job(os.environ["XIANSUO_HOME"]).execute_in_process(
            instance=instance, partition_key=as_of.isoformat(), raise_on_error=False
        )
        return None if result.success else trouble_of(result)


@cache
def _job(home: str) -> JobDefinition:
    """The job over a home; several nights in one process share it."""
    from orchestration.definitions import build_defs
    from orchestration.resources import Night

    return build_defs(night=Night(root=home)).resolve_job_def(JOB)


def trouble_of(result: ExecuteInProcessResult) -> str:
    """The first failure of a run: the step's own sentence, without stack traces."""
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            said = failure.user_failure_data
            if said and said.description:
                return said.description
            return f"{event.step_key}: {failure.error.cls_name if failure.error else ''}"
        if event.is_failure and (error := getattr(event.event_specific_data, "error", None)):
            cause = error.cause or error
            return str(cause.message).strip()
    return "没有说明原因"


def _night(text: str) -> date:
    try:
        night = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} 不是日期，写作 2023-10-31") from None
    if night > today():
        raise argparse.ArgumentTypeError(f"{text} 还没有到，今天是 {today()}（Asia/Shanghai）")
    if night < FIRST_NIGHT:
        raise argparse.ArgumentTypeError(f"{text} 早于最早的一夜 {FIRST_NIGHT}")
    return night


def _report_failure(home: Home, as_of: date, trouble: str) -> int:
    kept = _published_night(home)
    state = f"marts 仍是 {kept} 这一夜的内容" if kept else "还没有发布过，marts 是空的"
    alarm = night_failed(as_of.isoformat(), f"{state}。{trouble}")
    if alarm not in tell(home, [alarm]):  # who runs it by hand reads it each time
        print(alarm.text, file=sys.stderr)
    print("  运行记录：make ui 后在 Runs 里查看；处理办法：docs/a-night-failed.md", file=sys.stderr)
    return FAILED


def _published_night(home: Home) -> str | None:
    manifest = home.marts / "manifest.json"
    return json.loads(manifest.read_text("utf-8"))["night"] if manifest.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
