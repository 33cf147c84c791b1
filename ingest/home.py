"""Where everything of one office lies: the tree under XIANSUO_HOME, and its pseudonym key."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

# Folders that hold unmasked personal data: nobody but the service account may enter.
RESTRICTED = (
    "archive",
    "ledger",
    "lake",
    "quarantine",
    "observations",
    "nights",
    "secrets",
    "outbox",
)
OPEN = ("inbox", "marts", "reports", "dagster")


@dataclass(frozen=True)
class Home:
    """The data root. Every path of the system is a child of it."""

    root: Path

    @classmethod
    def from_env(cls) -> Home:
        """The home named by XIANSUO_HOME (default ./data), with its folders made."""
        return cls(Path(os.environ.get("XIANSUO_HOME") or "data").resolve()).make()

    def make(self) -> Home:
        """Create the folders; restricted ones with mode 0700."""
        for name in OPEN:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        for name in RESTRICTED:
            path = self.root / name
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o700)
        return self

    def __getattr__(self, name: str) -> Path:
        if name in OPEN or name in RESTRICTED:
            return self.root / name
        raise AttributeError(name)

    @property
    def key(self) -> bytes:
        """The 32-byte pseudonym key: XIANSUO_KEY, else a file made on first use, mode 0600.

        Raises ValueError when the key is not 64 hexadecimal digits; the text is not shown.
        """
        text = os.environ.get("XIANSUO_KEY") or self._key_from_file()
        try:
            key = bytes.fromhex(text.strip())
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ValueError("XIANSUO_KEY must be 64 hexadecimal digits (32 bytes)")
        return key

    def _key_from_file(self) -> str:
        path = self.root / "secrets" / "pseudonym.key"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # O_EXCL and a rename: two processes that start together agree on one key.
            draft = path.with_name(f".{path.name}.{os.getpid()}")
            fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(fd, "w") as f:
                f.write(secrets.token_hex(32))
                f.flush()
                os.fsync(f.fileno())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()
