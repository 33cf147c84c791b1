"""A request as a unit wrote it: its people row by row, those that break the contract included.

The file comes in through the same door as every other: archived under its hash, read by a child
process, normalised by its contract.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ingest import receive
from ingest.contract import load_contracts
from ingest.home import Home
from ingest.intake import record_of
from ingest.ledger import ACCEPTED
from ingest.normalise.cells import Cells
from ingest.normalise.codes import normalise_texts
from ingest.read import Unreadable
from ingest.receive import Candidate, Refused
from ingest.stage import Staged, stage

FEED = load_contracts()["screening_request"]
NUMBER = FEED.column("request_no").header
MOST_PEOPLE = 10_000
# What is wrong with a file as a whole, and what the unit does about it.
TOO_MANY = f"超过 {MOST_PEOPLE} 人；请拆成几份，每份另编申请编号。"
NOBODY = "没有一行人员；请填写后重新提交。"
NO_NUMBER = "没有申请编号；请编号后重新提交。"
NO_AUTHORISATION = "没有授权书编号；请取得被查询人的书面授权，填写授权书编号后重新提交。"
ASKED_AND_SHOWN = ["request_no", "row_no", "requester", "category", "name", "post",
                   "authorisation_no"]  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One numbered request.

    `people`: the contract's columns as text, in the order of the file, with `sheet`, `row`,
    `number` (the identity number as text), `problem` (why the row cannot be asked about, else
    null) and, where there is none, the lake's name_key, name_sep, person_key, id_status, born_on
    and sex. `refusal`: why it is not answered, '' when it is.
    """

    number: str | None
    requester: str | None
    authorisations: tuple[str, ...]
    people: pd.DataFrame
    refusal: str = ""


@dataclass(frozen=True)
class Received:
    """A file that was taken, and the requests in it; none when it could not be read."""

    sha256: str | None
    requests: tuple[Request, ...]
    refusal: str = ""


def receive_requests(home: Home, candidate: Candidate) -> Received:
    """Archive and read a file. Raises NotYet for one that is still being written."""
    sha256 = None
    try:
        if candidate.refusal:
            raise Refused(candidate.refusal[1])
        sha256 = receive.archive(candidate, home)
        with _read(home, candidate, sha256) as staged:
            if staged.rows_in > MOST_PEOPLE:
                raise Refused(TOO_MANY)
            people = pd.concat([_good(staged), _bad(staged)], ignore_index=True)
    except (Refused, Unreadable) as reason:
        return Received(sha256, (), str(reason))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # the text of a fault of ours could quote a cell
        return Received(sha256, (), f"处理时程序出错（{type(error).__name__}），请联系维护人员。")
    if people.empty:
        return Received(sha256, (), NOBODY)
    return Received(sha256, tuple(_requests(people.sort_values(["sheet", "row"]))))


@contextmanager
def _read(home: Home, candidate: Candidate, sha256: str) -> Iterator[Staged]:
    """The file's rows, sorted out, in a folder that goes again."""
    manifest = receive.read_manifest(candidate)
    if manifest.sha256 and manifest.sha256 != sha256:
        raise Refused("文件内容与清单的 sha256 不一致，可能未传完；请连同清单重新提交。")
    folder = home.lake / ".work" / "lookup"
    shutil.rmtree(folder, ignore_errors=True)  # what a killed look-up left
    folder.mkdir(parents=True)
    try:
        record = record_of(candidate, ACCEPTED, "", sha256, manifest)
        yield stage(home, FEED, record, manifest, folder)
    finally:
        shutil.rmtree(folder)


def _good(staged: Staged) -> pd.DataFrame:
    rows = pq.read_table(staged.good).to_pandas()
    return rows[ASKED_AND_SHOWN].assign(
        number=rows["id_number"].fillna(rows["id_number_raw"]),
        sheet=rows["_source_sheet"], row=rows["_source_row"], problem=None,
        name_key=rows["name_key"], name_sep=rows["name_sep"], person_key=rows["id_number_key"],
        id_status=rows["id_number_status"], born_on=rows["id_number_born"],
        sex=rows["id_number_sex"],
    )  # fmt: skip


def _bad(staged: Staged) -> pd.DataFrame:
    """The rows that break the contract, as the unit wrote them, each with what is wrong."""
    if not staged.quarantine.rows:
        return pd.DataFrame()
    rows = pq.read_table(staged.quarantine.draft)
    texts = {name: _tidy(rows[name]) for name in [*ASKED_AND_SHOWN, "id_number"]}
    shown = pd.DataFrame(texts).rename(columns={"id_number": "number"})
    columns, reasons = (rows[name].to_pandas() for name in ("_columns", "_reasons"))
    # where cells have slipped, or the number itself is broken, nobody knows whose row it is
    slipped = columns == ""
    shown.loc[slipped | columns.str.contains(NUMBER), "request_no"] = None
    shown.loc[slipped, ["requester", "authorisation_no"]] = None
    return shown.assign(
        row_no=pd.to_numeric(shown["row_no"], errors="coerce"),
        sheet=rows["_source_sheet"].to_pandas(), row=rows["_source_row"].to_pandas(),
        problem=columns.where(columns == "", columns + "：") + reasons,
    )  # fmt: skip


def _tidy(column: pa.ChunkedArray) -> list[str | None]:
    text = column.combine_chunks()
    # of a number cell, what it shows: 20230001 and not 20230001.0
    kind = pa.repeat(pa.scalar("n"), len(text))
    return normalise_texts(Cells(text, kind)).values[""].to_pylist()


def _requests(people: pd.DataFrame) -> Iterator[Request]:
    """The file's requests by number; a row without one belongs to the first that has."""
    numbers = people["request_no"].dropna()
    if numbers.empty:
        yield _request(None, people)
        return
    filled = people.assign(request_no=people["request_no"].fillna(numbers.iloc[0]))
    for number, own in filled.groupby("request_no", sort=False):
        yield _request(str(number), own.reset_index(drop=True))


def _request(number: str | None, people: pd.DataFrame) -> Request:
    authorisations = tuple(sorted(people["authorisation_no"].dropna().unique()))
    requesters = people["requester"].dropna()
    return Request(
        number,
        None if requesters.empty else str(requesters.iloc[0]),
        authorisations,
        people,
        refusal="" if number and authorisations else NO_AUTHORISATION if number else NO_NUMBER,
    )
