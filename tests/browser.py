"""A real browser, for what only a browser can tell of a page: what it asks for, says, and shows.

It is spoken to over the pipe of the DevTools protocol, so that no library and no port is needed.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip


@dataclass
class Tab:
    """A page in the browser: `requests` it made (addresses), what it `said` (complaints)."""

    answers: int
    questions: int
    session: str = ""
    unread: bytes = b""
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    is_loaded: bool = False
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser and wait for its answer."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.questions, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != number:
            pass
        assert "error" not in answer, (method, answer)
        return answer["result"]

    def show(self, media: str, width: int) -> None:
        """Lay the page out for a medium, such as print, at a width in pixels."""
        self.call("Emulation.setEmulatedMedia", media=media)
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=1000,
                  deviceScaleFactor=1, mobile=False)  # fmt: skip

    def open(self, path: Path, width: int, *, script: bool = True) -> None:
        """Load a file on a screen of that width, with or without script."""
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.show("", width)
        self.requests.clear()
        self.said.clear()
        self.is_loaded = False
        self.call("Page.navigate", url=path.as_uri())
        while not self.is_loaded:
            self._next()

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)  # fmt: skip
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def pdf(self) -> bytes:
        """The page as it is printed."""
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def _next(self) -> dict[str, Any]:
        parts = [self.unread]
        while b"\0" not in parts[-1]:
            parts.append(os.read(self.answers, 1 << 20))
            assert parts[-1], "the browser is gone"
        text, self.unread = b"".join(parts).split(b"\0", 1)
        message = json.loads(text)
        self._note(message.get("method"), message.get("params", {}))
        return message

    def _note(self, event: str | None, params: dict[str, Any]) -> None:
        if event == "Page.loadEventFired":
            self.is_loaded = True
        elif event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            self.said.append(str(params["exceptionDetails"].get("exception")))
        elif event == "Runtime.consoleAPICalled":
            self.said.append(str(params["args"]))
        elif event == "Log.entryAdded":
            self.said.append(params["entry"]["text"])


@contextmanager
def browser(folder: Path) -> Iterator[Tab]:
    """A browser of its own, its profile in the folder, with one page that is listened to."""
    assert CHROMIUM
    (its_in, our_out), (our_in, its_out) = os.pipe(), os.pipe()
    # chromium reads from 3 and writes to 4; bash puts the pipes there, whatever their numbers
    process = subprocess.Popen(
        ["bash", "-c", f'exec "$@" 3<&{its_in} 4>&{its_out}', "bash", CHROMIUM, *QUIET,
         "--remote-debugging-pipe", f"--user-data-dir={folder}", "about:blank"],
        pass_fds=(its_in, its_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(its_in)
    os.close(its_out)
    tab = Tab(our_in, our_out)
    try:
        pages = tab.call("Target.getTargets")["targetInfos"]
        page = next(p["targetId"] for p in pages if p["type"] == "page")
        attached = tab.call("Target.attachToTarget", targetId=page, flatten=True)
        tab.session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            tab.call(f"{domain}.enable")
        yield tab
    finally:
        process.kill()
        process.wait()
        os.close(our_in)
        os.close(our_out)
