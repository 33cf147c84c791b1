"""What the tests of a clue's life share: its models are compiled once."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.home import Home
from tests.dbt.lives import Compiled, Lives, compile_models


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The models of a clue's life as dbt compiles them."""
    return compile_models(tmp_path_factory.mktemp("life"))


@pytest.fixture
def lives(compiled: Compiled, tmp_path: Path) -> Lives:
    """A home without a night."""
    return Lives(Home(tmp_path).make(), compiled)
