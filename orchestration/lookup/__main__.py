"""A batch look-up by hand: `python -m orchestration.lookup 批量查询申请_石门小学.xlsx`.

Exit status 0: answered. 1: refused, or nothing has been published yet. 2: the command cannot be
understood.
"""

from __future__ import annotations

import argparse
import getpass
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest import receive
from ingest.home import Home
from ingest.receive import Candidate, NotYet
from orchestration.lookup import desk
from orchestration.lookup.desk import Answer
from orchestration.lookup.judge import NothingPublished, counties, published_night
from orchestration.lookup.requests import FEED

EPILOG = """
A file in the inbox belongs to the county and agency of its folder. Any other file is asked as if
it came from --supplier in --adcode, on the day of the newest published night; without --adcode,
from the only county of the home.
"""


def main(arguments: Sequence[str]) -> int:
    """Answer one file and say where the answer is, and how many of each status."""
    parser = argparse.ArgumentParser(
        prog="make lookup FILE=… [ADCODE=…] [SUPPLIER=…]", usage="%(prog)s",
        description="批量查询：答复一份申请", epilog=EPILOG,
    )  # fmt: skip
    parser.add_argument("file", type=Path, metavar="FILE", help="xlsx, csv …: 批量查询申请")
    parser.add_argument("--adcode", metavar="ADCODE", help="the asking county, six digits")
    parser.add_argument(
        "--supplier", metavar="SUPPLIER", choices=FEED.suppliers, default="handlers",
        help=f"the asking agency: {', '.join(FEED.suppliers)} (default: %(default)s)",
    )  # fmt: skip
    given = parser.parse_args(arguments)
    home = Home.from_env()
    try:
        candidate = _candidate(home, given.file, given.adcode, given.supplier)
        answers = desk.answer(home, candidate, by=f"hand {_operator()}")
    except ValueError as error:
        parser.error(str(error))
    except NothingPublished as error:
        print(error, file=sys.stderr)
        return 1
    except NotYet:
        print("文件正在写入，请稍后再试。", file=sys.stderr)
        return 1
    for one in answers:
        print(_sentence(one))
    return int(any(one.refusal for one in answers))


def _candidate(home: Home, file: Path, adcode: str | None, supplier: str) -> Candidate:
    """The file as a request. Raises ValueError when it is none, or nobody knows whose."""
    if not file.is_file():
        raise ValueError(f"{file} 不是文件")
    path = Path(os.path.abspath(file))  # noqa: PTH100 (a link is not followed: the door refuses it)
    if path.is_relative_to(home.inbox):
        for candidate in receive.scan(home):
            if candidate.file == path and candidate.feed is FEED:
                return candidate
        raise ValueError(f"{file} 不是投递的批量查询申请：文件名须以“{FEED.title_zh}”开头")
    night = published_night(home)
    adcode = adcode or _only_county(home)
    if not re.fullmatch(r"\d{6}", adcode):
        raise ValueError("行政区划代码是六位数字")
    return Candidate(
        path, f"hand/{path.name}", adcode, supplier, night, FEED, receive.fingerprint(path)
    )


def _operator() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return f"uid {os.getuid()}"


def _only_county(home: Home) -> str:
    known = counties(home)
    if len(known) != 1:
        raise ValueError(f"本数据目录有 {len(known)} 个县，请写明 ADCODE=行政区划代码")
    return known[0]


def _sentence(answer: Answer) -> str:
    if answer.refusal:
        return f"未受理：{answer.refusal}\n  {answer.file}"
    if not answer.counts:
        return f"同一内容在这一夜已经答复\n  {answer.file}"
    counts = "，".join(f"{status} {people}" for status, people in answer.counts.items())
    return f"已答复 {sum(answer.counts.values())} 人：{counts}\n  {answer.file}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
