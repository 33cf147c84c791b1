"""The pseudonym key, looked at before anything is done with it.

A night with a key that cannot be used would refuse every file, and the right one afterwards would
not bring them back.
"""

from __future__ import annotations

from ingest.home import Home


class KeyUnusable(ValueError):
    """The pseudonym key is no key; the text says so and does not show it."""


def check_key(home: Home) -> None:
    """Raise KeyUnusable when the home's key cannot be used."""
    try:
        home.key  # noqa: B018  made on first use
    except ValueError:
        raise KeyUnusable(
            "假名密钥不能用：XIANSUO_KEY（没有设置的，secrets/pseudonym.key）须是 64 位"
            "十六进制数字。没有处理任何文件，改正后再运行"
        ) from None
