"""A webhook of the test's own: a real HTTP server that answers as it is told."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HANG, TRICKLE = "hang", "trickle"


class Webhook(http.server.ThreadingHTTPServer):
    """`answers`: what it says to each POST in turn, a status, HANG or TRICKLE; 204 afterwards."""

    daemon_threads = True

    def __init__(self, *answers: int | str) -> None:
        self.answers = list(answers)
        self.posts: list[dict[str, Any]] = []
        self.over = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}/hook"

    @property
    def alerts(self) -> list[str]:
        """Everything that it was told, as kind/about, in order."""
        return [f"{a['kind']}/{a['about']}" for post in self.posts for a in post["alerts"]]


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append(json.loads(body))
        answer = self.server.answers.pop(0) if self.server.answers else 204
        if answer == HANG:
            self.server.over.wait()
        elif answer == TRICKLE:
            while not self.server.over.is_set():
                self.wfile.write(b"H")  # of a status line that never ends
                time.sleep(0.05)
        else:
            self.send_response(int(answer))
            self.send_header("Location", "/elsewhere")
            self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(*answers: int | str) -> Iterator[Webhook]:
    """A webhook for as long as the context lasts."""
    with Webhook(*answers) as hook:
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        yield hook
        hook.over.set()
        hook.shutdown()
