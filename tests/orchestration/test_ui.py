"""Who may see the UI: real webservers on loopback, a real nginx before them, a password."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from orchestration.ui import command_line
from tests import nginx
from tests.night import ROOT

USERS = {"wang": "operates", "li": "looks"}
LAUNCH = """
mutation { launchRun(executionParams: {
    mode: "default", selector: {
        repositoryLocationName: "xiansuo", repositoryName: "__repository__", jobName: "no such job"
    }
}) { __typename } }
"""
SWITCH = """
mutation { startSchedule(scheduleSelector: {
    repositoryLocationName: "xiansuo", repositoryName: "__repository__", scheduleName: "no such"
}) { __typename } }
"""
LOOK = "{ repositoriesOrError { ... on RepositoryConnection { nodes { jobs { name } } } } }"


def free_ports(n: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@dataclass
class Site:
    """The proxy's port, the webservers behind it, and the certificate."""

    port: int
    webservers: dict[str, int]
    processes: list[subprocess.Popen[bytes]]
    certificate: Path

    def ask(self, user: str | None, query: str = LOOK, **headers: str) -> Any:
        """The answer to a GraphQL query, or the HTTP status when it is refused."""
        request = urllib.request.Request(
            f"https://127.0.0.1:{self.port}/graphql",
            json.dumps({"query": query}).encode(),
            {"Content-Type": "application/json", **credentials(user), **headers},
        )
        try:
            with urllib.request.urlopen(request, context=self.tls, timeout=60) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as refused:
            return refused.code

    @property
    def tls(self) -> ssl.SSLContext:
        """Trust in the proxy's certificate."""
        return ssl.create_default_context(cafile=str(self.certificate))


def credentials(user: str | None) -> dict[str, str]:
    if user is None:
        return {}
    token = base64.b64encode(f"{user}:{USERS.get(user, '?')}".encode()).decode()
    return {"Authorization": f"Basic {token}"}


@contextmanager
def webserver(home: Path, port: int, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m orchestration.ui`, up and answering, with everything that it starts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration.ui", "-p", str(port), *arguments],
        cwd=ROOT, env=os.environ | {"XIANSUO_HOME": str(home)}, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 300
        while not answers(port):
            assert process.poll() is None, "the webserver has ended"
            assert time.monotonic() < deadline, "the webserver does not answer"
            time.sleep(0.5)
        yield process
    finally:
        with suppress(ProcessLookupError):  # asked to end, it takes a minute over it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5):
            return True
    except OSError:
        return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if lacking := nginx.missing():
        pytest.skip(f"not on this machine: {lacking}")
    home, folder = tmp_path_factory.mktemp("ui"), tmp_path_factory.mktemp("nginx")
    port, operate, look = free_ports(3)
    webservers = {"3000": operate, "3001": look}
    with ExitStack() as stack:
        processes = [
            stack.enter_context(webserver(home, operate)),
            stack.enter_context(webserver(home, look, "--read-only")),
        ]
        proxy = nginx.serve(folder, port, webservers, USERS, operator="wang")
        yield Site(port, webservers, processes, stack.enter_context(proxy))


@pytest.mark.parametrize("user", [None, "stranger"])
def test_without_a_password_nothing(site: Site, user: str | None) -> None:
    assert site.ask(user) == 401
    with pytest.raises(InvalidStatus, match="401"), subscribe(site, user):
        pass


@pytest.mark.parametrize("user", USERS)
def test_with_one_the_jobs_are_seen(site: Site, user: str) -> None:
    (repository,) = site.ask(user)["repositoriesOrError"]["nodes"]
    assert "nightly" in [job["name"] for job in repository["jobs"]]


@pytest.mark.parametrize("mutation", [LAUNCH, SWITCH], ids=["launch", "switch"])
def test_only_the_operator_may_launch_and_switch(site: Site, mutation: str) -> None:
    def answer(user: str) -> str:
        ((found, *_),) = [list(part.values()) for part in site.ask(user, mutation).values()]
        return found

    assert answer("li") == "UnauthorizedError"
    assert answer("wang") != "UnauthorizedError"  # refused for another reason: there is no such


@pytest.mark.parametrize("user", USERS)
def test_subscriptions_pass(site: Site, user: str) -> None:
    with subscribe(site, user) as socket:
        socket.send(json.dumps({"type": "connection_init", "payload": {}}))
        assert json.loads(socket.recv(timeout=30))["type"] == "connection_ack"


def subscribe(site: Site, user: str | None, **more: str) -> Any:
    return connect(
        f"wss://127.0.0.1:{site.port}/graphql", ssl=site.tls, proxy=None,
        subprotocols=["graphql-ws"], additional_headers={**credentials(user), **more},
    )  # fmt: skip


def test_another_sites_page_is_refused(site: Site) -> None:
    own = f"https://127.0.0.1:{site.port}"
    assert isinstance(site.ask("wang", Origin=own), dict)
    for origin in ("https://evil.example", "null", f"{own}.evil.example", f"http://{own[8:]}"):
        assert site.ask("wang", Origin=origin) == 403
    with pytest.raises(InvalidStatus, match="403"), subscribe(site, "wang", Origin="https://e.vil"):
        pass


def test_the_webservers_listen_on_loopback_only(site: Site) -> None:
    sessions = [process.pid for process in site.processes]
    listening = set(listeners(sessions))
    assert {port for _, port in listening} >= set(site.webservers.values())
    assert {host for host, _ in listening} <= {"0100007F"}  # 127.0.0.1, as the kernel writes it


def listeners(sessions: Sequence[int]) -> Iterator[tuple[str, int]]:
    """Address and port of every TCP socket on which processes of these sessions listen."""
    inodes = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(process.name)) in sessions:
                inodes |= {str(fd.readlink()) for fd in (process / "fd").iterdir()}
        except OSError:  # it has ended meanwhile
            continue
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == "0A" and f"socket:[{inode}]" in inodes:
                host, port = local.split(":")
                yield host, int(port, 16)


@pytest.mark.parametrize("arguments", [[], ["--read-only"]])
def test_no_argument_opens_another_interface(arguments: list[str]) -> None:
    line = command_line([*arguments, "-h", "0.0.0.0"])
    assert line[-2:] == ["-h", "127.0.0.1"]
