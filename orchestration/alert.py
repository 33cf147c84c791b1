"""Say that something needs a person: in the log, and to XIANSUO_ALERT_URL when there is one."""

from __future__ import annotations

import json
import logging
import os
import time
import urllib.request

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 5
ATTEMPTS = 3


def alert(text: str, **facts: str) -> bool:
    """Post `{"text": …, **facts}` as JSON; whether it was delivered.

    Never raises: an alert about a failed night must not become its second failure.
    """
    log.error(text)
    url = os.environ.get("XIANSUO_ALERT_URL")
    if not url:
        return False
    body = json.dumps({"text": text, **facts}, ensure_ascii=False).encode()
    for attempt in range(ATTEMPTS):
        try:
            request = urllib.request.Request(
                url, body, headers={"Content-Type": "application/json"}, method="POST"
            )
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
                return True
        except (OSError, ValueError) as error:  # refused, timed out, not a URL
            log.warning("alert not delivered (%s), attempt %d", type(error).__name__, attempt + 1)
            time.sleep(attempt)
    return False
