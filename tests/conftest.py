"""What tests of several rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inbox import Inbox

KEY = "00" * 31 + "01"


@pytest.fixture(autouse=True)
def _fixed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """One pseudonym key for all tests, and no address of anyone's database."""
    monkeypatch.setenv("XIANSUO_KEY", KEY)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    """An empty home with an inbox to drop files into."""
    return Inbox(tmp_path / "home")
