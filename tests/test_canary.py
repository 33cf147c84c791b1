"""A person in every feed, in every column that may hold one: found in no open zone.

Open is what may be read without access to unmasked data: the marts for BI, the reports, what a
night prints, Dagster's store, the ledger and the checks; and, masked, what handlers read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.contract import Column, Feed, load_contracts
from tests import night
from tests.rules.county import ADCODE, CHANNELS, NIGHT, County, Person, credit_code, id_number
from tests.story import drop

BIRD = Person("钿鹂鸳", id_number("1985-03-12", 4), "女")
STRANGE = BIRD.number[:-1] + ("0" if BIRD.number[-1] != "0" else "1")  # a wrong check character
TRADER = credit_code(901, "92520526MA")  # trades under no name but the person's
SAYING = f"{BIRD.name}（{BIRD.number}）"
CLOSED = ("cards.duckdb", "lookup.duckdb")
FREE_TEXT = {
    "business_scope", "ban_scope", "defendant_role", "finding", "address", "matter", "note",
    "assigned_to", "phone", "handler", "access_basis", "compulsory_measure", "ethnicity",
}  # fmt: skip
PLAIN = {
    "date": "2023-05-01", "month": "2023-05", "timestamp": "2023-05-01 08:00:00", "boolean": "否",
    "integer": "1", "decimal": "1", "money": "1", "id_number": BIRD.number,
    "uscc": credit_code(900),
}  # fmt: skip
# An adult, whose record is not sealed; and a code that only a pack's own row has.
OTHERWISE = {"born_on": "1985-03-12", "check_code": ""}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home after a night over all feeds, and what the night printed."""
    home = tmp_path_factory.mktemp("canary")
    county = County()
    school = county.staffed_school(principal=BIRD.name, principal_id=BIRD.number)
    county.staff(school, BIRD)
    county.convict(BIRD, ban_years=5, ban_scope=f"教育工作{BIRD.number}")  # MIN-06 quotes it
    county.convict(
        BIRD, offence_from="2022-05-01", offence_to="2022-05-01", judged_on="2023-03-01",
        effective_on="2023-03-15", defendant_role=f"幼儿园教师{BIRD.number}",  # MIN-09 quotes it
    )  # fmt: skip
    for uscc in (TRADER, None):
        county.add(  # MIN-14 names it, and without a code its key is made of the name
            "business_registration", "market", uscc=uscc, name=BIRD.name,
            legal_representative=BIRD.name, opened_on="2020-01-01", status="存续",
            business_scope="小学生托管服务", legal_representative_id=BIRD.number,
        )  # fmt: skip
    county.write(home)
    for feed in load_contracts().values():
        supplier = feed.suppliers[-1]
        drop(home, f"{ADCODE}/{supplier}/{NIGHT}/{feed.title_zh}_金丝雀.csv", _file(feed, supplier))
    done = night.publish(home, NIGHT)
    return home, done.stdout + done.stderr


def _file(feed: Feed, supplier: str) -> str:
    """The person under a column of the same name, in a whole row, and where nobody belongs."""
    rows = [{c.name: _cell(c, supplier, "1") for c in feed.columns}]
    for column in feed.columns:
        if column.type not in ("text", "code"):  # those of other types cannot take it
            number = str(len(rows) + 1)
            row = {c.name: _cell(c, supplier, number) for c in feed.columns}
            row[column.name] = STRANGE if column.type == "id_number" else SAYING
            rows.append(row)
    lines = [[*(column.header for column in feed.columns), SAYING]]
    lines += [[*row.values(), SAYING] for row in rows]
    return "\n".join(",".join(line) for line in lines) + "\n"


def _cell(column: Column, supplier: str, number: str) -> str:
    if column.person:
        return BIRD.name
    if column.institution:
        return f"石门第{number}幼儿园"
    if column.name == "channel":
        return next(channel for channel, by in CHANNELS.items() if by == supplier)
    if column.allowed:
        return column.allowed[0]
    if column.name in OTHERWISE:
        return OTHERWISE[column.name]
    return SAYING if column.name in FREE_TEXT else PLAIN.get(column.type, number)


def _open_texts(home: Path, printed: str) -> list[tuple[str, str]]:
    folders = [home / name for name in ("reports", "dagster", "ledger")]
    marts = home / "marts" / "current"
    texts = [pair for folder in folders for pair in night.texts(folder)]
    texts += [pair for pair in night.texts(marts) if pair[0].name not in CLOSED]
    cards = [
        (f"handler.{table}", str(row))
        for (table,) in night.query(
            home, "select table_name from duckdb_tables() where schema_name = 'handler'",
            file="cards",
        )
        for row in night.query(home, f"from handler.{table}", file="cards")
    ]  # fmt: skip
    return [("printed", printed), *cards, *((str(path), text) for path, text in texts)]


@pytest.mark.parametrize(
    "secret", [BIRD.name, BIRD.number, STRANGE], ids=["name", "number", "wrong number"]
)
def test_no_open_zone_has_it(told: tuple[Path, str], secret: str) -> None:
    found = {place for place, text in _open_texts(*told) if secret in text}
    assert found == set()


def test_it_went_all_the_way(told: tuple[Path, str]) -> None:
    """It was taken in every feed, quarantined, judged a clue, and is where it may be."""
    home, _ = told
    files = night.query(
        home,
        """
        select feed, status, rows_accepted, rows_quarantined + rows_sealed
        from marts.fct_feed_delivery where source_file like '%金丝雀.csv'
        """,
    )
    assert {feed for feed, *_ in files} == set(load_contracts())
    assert not [row for row in files if row[1] != "ACCEPTED_WITH_QUARANTINE" or not row[2]]
    rules = night.query(
        home, "select rule_id from marts.fct_clue where contains(subject_key, ?) order by 1",
        BIRD.key,
    )  # fmt: skip
    assert {"MIN-05", "MIN-06", "MIN-09"} <= {rule for (rule,) in rules}
    for key in (TRADER, f"name:{ADCODE}:{BIRD.key}"):
        assert night.query(home, "from marts.fct_clue where subject_key = ?", key)
    assert night.query(
        home, "from restricted.clue_subject where id_number = ?", BIRD.number, file="cards"
    )
    lake = "".join(text for _, text in night.texts(home / "lake"))
    assert all(secret in lake for secret in (BIRD.name, BIRD.number, STRANGE))
    assert any(SAYING in text for _, text in night.texts(home / "quarantine"))


def test_restricted_folders_are_closed_to_others(told: tuple[Path, str]) -> None:
    home, _ = told
    closed = ("archive", "ledger", "lake", "quarantine", "observations", "nights", "secrets")
    assert {(home / name).stat().st_mode & 0o777 for name in closed} == {0o700}
    assert {(home / "marts" / name).stat().st_mode & 0o777 for name in CLOSED} == {0o600}
