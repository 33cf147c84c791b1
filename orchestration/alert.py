"""Say once that something needs a person: in the log, and to XIANSUO_ALERT_URL when there is one.

What was said is remembered in `ledger/alerts.json`: by the alarm's key, the text that still has to
reach the webhook, or null. An alarm is noted before it is posted and struck off after, so that a
crash between the two says it again (at least once); what a dead webhook did not take goes along
with the next night's. An alarm whose cause has ended is forgotten, and may sound again.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ingest.files import put_json
from ingest.home import Home
from orchestration import webhook

log = logging.getLogger(__name__)

NIGHT_FAILED = "night_failed"
Memory = dict[str, str | None]


@dataclass(frozen=True)
class Alarm:
    """What needs a person. `about` tells one of a kind from another; no person, no institution."""

    kind: str
    about: str
    text: str

    @property
    def key(self) -> str:
        """The kind and what it is about: said once as long as it lasts."""
        return f"{self.kind}/{self.about}"


def night_failed(night: str, why: str) -> Alarm:
    """A night that was not published; the same one until it is."""
    return Alarm(NIGHT_FAILED, night, f"{night} 这一夜没有发布；{why}")


def tell(
    home: Home, alarms: Sequence[Alarm], over: Callable[[str], bool] = lambda key: False
) -> list[Alarm]:
    """Say the alarms that have not been said; those that were new.

    `over` says of a remembered key whether its cause has ended. Never raises: what it is about
    must not get worse by an alert.
    """
    new: list[Alarm] = []
    with harmless(), _held(home):
        memory = {key: text for key, text in _read(home).items() if not over(key)}
        new = [alarm for alarm in alarms if alarm.key not in memory]
        for alarm in new:
            log.warning(alarm.text)
        has_address = webhook.address() is not None
        memory |= {alarm.key: alarm.text if has_address else None for alarm in new}
        _keep(home, memory)
        unsent = {key: text for key, text in memory.items() if text is not None}
        if has_address and unsent and webhook.post(_message(unsent)):
            _keep(home, memory | dict.fromkeys(unsent))
    return new


@contextmanager
def harmless() -> Iterator[None]:
    """Keep an error of the alerts to the log; only its type, since its text may quote data."""
    try:
        yield
    except Exception as error:
        log.error("警报出错（%s）", type(error).__name__)


@contextmanager
def _held(home: Home) -> Iterator[None]:
    """One teller at a time: a night and the sensor may speak of the same failure.

    The lock is on the folder itself, which exists even when a full disk takes no new file. It is
    not waited for longer than another's post takes: TimeoutError.
    """
    folder = os.open(home.ledger, os.O_RDONLY)
    deadline = time.monotonic() + 2 * webhook.LONGEST_SECONDS
    try:
        while not _is_taken(folder):
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.1)
        yield
    finally:
        os.close(folder)


def _is_taken(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _path(home: Home) -> Path:
    return home.ledger / "alerts.json"


def _read(home: Home) -> Memory:
    try:
        memory: Memory = json.loads(_path(home).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        log.error("%s 无法读取，警报从头再说一遍", _path(home))
        return {}
    return memory


def _keep(home: Home, memory: Memory) -> None:
    try:
        put_json(_path(home), memory)
    except OSError as error:  # better said twice than not at all
        log.error("%s 没有写成（%s）", _path(home), type(error).__name__)


def _message(unsent: dict[str, str]) -> dict[str, object]:
    """`text` is for chat tools, which show nothing else; `alerts` for programs."""
    parts = [(*key.split("/", 1), text) for key, text in unsent.items()]
    return {
        "text": "\n".join(unsent.values()),
        "alerts": [{"kind": kind, "about": about, "text": text} for kind, about, text in parts],
    }
