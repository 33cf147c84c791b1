"""A real nginx of the test's own, in front of two webservers, with docs/nginx/xiansuo.conf."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.night import ROOT

CONF = ROOT / "docs" / "nginx" / "xiansuo.conf"
MAIN = """
daemon off;
user {account};
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/xiansuo.conf;
}}
"""


def missing() -> str:
    """What this machine lacks to run one; empty when nothing."""
    needed = {"nginx": "apt-get install nginx-light", "openssl": "apt-get install openssl"}
    return ", ".join(f"{name} ({how})" for name, how in needed.items() if not _program(name))


def _program(name: str) -> str | None:
    """Debian keeps nginx where not every account looks."""
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")


@contextmanager
def serve(
    folder: Path, port: int, webservers: Mapping[str, int], users: Mapping[str, str], operator: str
) -> Iterator[Path]:
    """Listen on the port for as long as the context lasts; the certificate that it shows.

    `webservers`: the ports that stand for 3000 and 3001; `users`: passwords by name.
    """
    _make_certificate(folder)
    (folder / "operators").write_text(f"{operator} 127.0.0.1:{webservers['3000']};\n")
    lines = [f"{name}:{_run('openssl', 'passwd', '-6', word)}" for name, word in users.items()]
    (folder / "passwords").write_text("".join(lines))
    conf = CONF.read_text("utf-8")
    for here, there in {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "127.0.0.1:3001": f"127.0.0.1:{webservers['3001']}",
        "/etc/nginx/xiansuo/": f"{folder}/",
    }.items():
        assert here in conf
        conf = conf.replace(here, there)
    (folder / "xiansuo.conf").write_text(conf)
    account = pwd.getpwuid(os.getuid()).pw_name  # who can read the test's folder
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, account=account))
    command = [str(_program("nginx")), "-p", folder, "-c", folder / "nginx.conf"]
    process = subprocess.Popen(command)
    try:
        while not (folder / "nginx.pid").exists():
            assert process.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.05)
        yield folder / "tls.crt"
    finally:
        process.terminate()
        process.wait()


def _make_certificate(folder: Path) -> None:
    _run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt"))  # fmt: skip


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
