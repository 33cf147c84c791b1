"""What tests of several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.inbox import Inbox

KEY = "00" * 31 + "01"

# Tests publish to databases and webhooks of their own.
for _address in ("XIANSUO_MARTS_URL", "XIANSUO_RESTRICTED_URL", "XIANSUO_ALERT_URL"):
    os.environ.pop(_address, None)


@pytest.fixture(autouse=True)
def _fixed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One pseudonym key for all tests."""
    monkeypatch.setenv("XIANSUO_KEY", KEY)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """An empty home with an inbox to drop files into."""
    return Inbox(tmp_path / "home")
