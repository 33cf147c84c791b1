"""`python -m orchestration.generate [--check]`: write the generated files, or name stale ones."""

from __future__ import annotations

import argparse
import sys

from orchestration.generate import ROOT, generated, stale


def main(argv: list[str] | None = None) -> int:
    """Exit status 1 only when --check finds a stale file."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.generate")
    parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")
    check = parser.parse_args(argv).check
    texts = generated()
    changed = stale(texts)
    for path in changed:
        print(f"{'stale' if check else 'written'}: {path}")
        if not check:
            target = ROOT / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(texts[path], "utf-8", newline="\n")
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
