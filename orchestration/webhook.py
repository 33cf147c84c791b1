"""One JSON message to XIANSUO_ALERT_URL, in bounded time, and never an exception."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
import urllib.request
from collections.abc import Mapping
from typing import Any

log = logging.getLogger(__name__)

ATTEMPT_SECONDS = 5
PAUSES = (0, 1, 3)  # seconds before each attempt
LONGEST_SECONDS = 20  # for all attempts, whatever the other side does


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST arrives as a GET without its body: as good as lost."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing: the answer counts as an error."""


def address() -> str | None:
    """Where messages go; None when they go to the log only."""
    return os.environ.get("XIANSUO_ALERT_URL") or None


def post(message: Mapping[str, Any]) -> bool:
    """Post the message; whether the other side said that it took it (a status of 200 to 299).

    The attempts run in a thread that is given up after LONGEST_SECONDS: a time-out of the socket
    does not end a name that never resolves, nor an answer that comes byte by byte.
    """
    taken = threading.Event()
    body = json.dumps(message, ensure_ascii=False).encode()
    attempts = threading.Thread(target=_attempt, args=(address() or "", body, taken), daemon=True)
    attempts.start()
    attempts.join(LONGEST_SECONDS)
    return taken.is_set()


def _attempt(url: str, body: bytes, taken: threading.Event) -> None:
    opener = urllib.request.build_opener(_NoRedirect)
    for pause in PAUSES:
        time.sleep(pause)
        try:
            if not url.startswith(("http://", "https://")):
                raise ValueError("XIANSUO_ALERT_URL is no http address")
            request = urllib.request.Request(
                url, body, headers={"Content-Type": "application/json"}, method="POST"
            )
            with opener.open(request, timeout=ATTEMPT_SECONDS):
                taken.set()
                return
        except Exception as error:  # refused, hung up, timed out, not a URL; its text may quote it
            log.warning("警报没有送达 XIANSUO_ALERT_URL（%s）", type(error).__name__)
