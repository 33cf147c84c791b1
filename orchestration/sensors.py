"""Sensors: files arrived, a run failed. (Dagster: docs.dagster.io/guides/automate/sensors)"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg

from ingest.home import Home
from orchestration import locks
from orchestration.alert import alert
from orchestration.jobs import newest_night, nightly

SETTLED_SECONDS = 60  # a file without a manifest is complete when it has lain still so long


@dg.sensor(
    job=nightly,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="投递目录有新文件且已写完时，重新运行最近的一夜",
)
def inbox(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """A run of the newest night for every new state of the inbox, once it is complete."""
    home, night = Home.from_env(), newest_night()
    files = sorted(deliverable(home.inbox, night))
    if not files:
        return dg.SkipReason("没有可收的文件")
    state = fingerprint(files)
    if state == context.cursor:
        return dg.SkipReason("没有新文件")
    if not all(is_complete(file) for file in files):
        return dg.SkipReason("有文件还在写入")
    if locks.is_held(home):
        return dg.SkipReason("一夜正在运行")
    context.update_cursor(state)
    return dg.RunRequest(run_key=state, partition_key=night.isoformat())


def deliverable(inbox_folder: Path, night: date) -> Iterator[Path]:
    """The files in dated folders up to the night, with their manifests."""
    for folder in inbox_folder.glob("*/*/*"):
        if folder.name <= night.isoformat() and folder.is_dir():
            yield from (f for f in folder.iterdir() if f.is_file() and f.suffix != ".part")


def is_complete(file: Path) -> bool:
    """Whether a file has its manifest, is one, or has not been written to for a minute."""
    manifest = file.with_name(f"{file.name}.manifest.json")
    if manifest.exists() or file.name.endswith(".manifest.json"):
        return True
    return time.time() - file.stat().st_mtime >= SETTLED_SECONDS


def fingerprint(files: list[Path]) -> str:
    """One text for what lies in the inbox: paths, sizes and times."""
    digest = hashlib.sha256()
    for file in files:
        stat = file.stat()
        digest.update(f"{os.fspath(file)}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


@dg.run_failure_sensor(
    monitored_jobs=[nightly],
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="一夜失败时记日志，并通知 XIANSUO_ALERT_URL",
)
def night_failed(context: dg.RunFailureSensorContext) -> None:
    """Alert with the night, the run and Dagster's message, which quotes no data."""
    night = context.dagster_run.tags.get("dagster/partition", "?")
    alert(
        f"{night} 这一夜失败，marts 保持前一次发布的内容：{context.failure_event.message}",
        night=night,
        run_id=context.dagster_run.run_id,
    )
