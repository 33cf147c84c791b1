"""What a sealed version of a known row purges, wherever the row was known."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest import purge
from ingest.ledger import Ledger
from ingest.purge import purge_rows
from tests.inbox import WHEN, Inbox, csv, id_number, judgment, run_until_it_survives

PLACE = "court/2022-04-01/刑事生效判决.csv"


def texts_outside_the_archive(inbox: Inbox) -> bytes:
    """All bytes that the house keeps, Parquet unpacked; the inbox is the agency's."""
    found = b""
    for path in sorted(p for p in inbox.home.root.rglob("*") if p.is_file()):
        if path.is_relative_to(inbox.home.archive / "sealed") or path.is_relative_to(
            inbox.home.inbox
        ):
            continue
        found += path.name.encode()
        if path.suffix == ".parquet":
            found += str(pq.read_table(path).to_pylist()).encode()
        else:
            found += path.read_bytes()
    return found


def test_only_the_number_of_sealed_rows_is_kept(inbox: Inbox) -> None:
    hidden = judgment(77, 被告人="孙悟空", 封存标志="是")
    inbox.drop(PLACE, csv([judgment(1), hidden, judgment(2, 罪名="")]))
    record = inbox.night()[PLACE]
    assert (record.rows_sealed, record.rows_accepted, record.rows_quarantined) == (1, 1, 1)
    kept = texts_outside_the_archive(inbox)
    assert judgment(1)["被告人"].encode() in kept  # the search can find
    for text in ("孙悟空", hidden["证件号码"], "刑初77号"):
        assert text.encode() not in kept
    (archived,) = inbox.home.archive.rglob("*.csv")
    assert archived.parent.parent == inbox.home.archive / "sealed"
    assert not purge.purged(inbox.home).exists()


def test_a_content_with_sealed_rows_lies_apart_under_whatever_name_it_came(inbox: Inbox) -> None:
    content, sealing = csv([judgment(1), judgment(2)]), csv([judgment(1, 封存标志="是")])
    inbox.drop(PLACE, content)
    inbox.drop("court/2022-05-01/刑事生效判决.txt", content)
    inbox.night()
    inbox.drop("court/2022-06-01/刑事生效判决.csv", sealing)
    inbox.night()
    inbox.drop("court/2022-07-01/刑事生效判决.txt", sealing)
    inbox.night()
    sealed = inbox.home.archive / "sealed"
    assert {p.suffix for p in sealed.rglob("*.*")} == {".csv", ".txt"}
    assert [p for p in inbox.home.archive.rglob("*.*") if not p.is_relative_to(sealed)] == []


def test_a_sealing_file_sent_again_seals_what_came_back_in_between(inbox: Inbox) -> None:
    """2022-06-01 seals a row, an old export brings it back, the first file is sent once more."""
    sealing = csv([judgment(1, 封存标志="是")])
    inbox.drop("court/2022-06-01/刑事生效判决.csv", sealing)
    inbox.drop("court/2022-06-02/刑事生效判决.csv", csv([judgment(1), judgment(2)]))
    inbox.night()
    assert len(inbox.rows("criminal_judgment")) == 2
    inbox.drop("court/2022-06-03/刑事生效判决.csv", sealing)
    record = inbox.night()["court/2022-06-03/刑事生效判决.csv"]
    assert (record.status, record.rows_duplicate) == ("DUPLICATE", 1)
    assert inbox.rows("criminal_judgment", "case_no") == [("(2022)黔0526刑初2号",)]
    assert inbox.record("court/2022-06-02/刑事生效判决.csv").rows_sealed == 1


def observe(inbox: Inbox, night: str, row_ids: dict[str, str]) -> None:
    """A night's observations: a clue per entry, citing one row of the judgments."""
    folder = inbox.home.observations / night
    folder.mkdir()
    pq.write_table(
        pa.table({"clue_id": list(row_ids), "score": [1] * len(row_ids)}), folder / "clue.parquet"
    )
    cited = {
        "clue_id": list(row_ids),
        "feed": ["criminal_judgment"] * len(row_ids),
        "row_id": list(row_ids.values()),
    }
    pq.write_table(pa.table(cited), folder / "clue_evidence.parquet")
    pq.write_table(pa.table({"rule_id": ["MIN-05"]}), folder / "rule_run.parquet")


def observed(inbox: Inbox, night: str, table: str) -> list[str]:
    path = inbox.home.observations / night / f"{table}.parquet"
    return list(pq.read_table(path)["clue_id"].to_pylist())


def test_a_row_that_arrives_again_sealed_is_purged_everywhere(inbox: Inbox) -> None:
    first, bystander = judgment(1, 被告人="孙悟空"), judgment(2)
    content = csv([first, bystander, judgment(1, 被告人="孙悟空", 刑期月数="9")])
    inbox.drop(PLACE, content)
    assert inbox.night()[PLACE].rows_accepted == 2
    ids = dict(inbox.rows("criminal_judgment", "case_no, _row_id"))
    observe(
        inbox,
        "2022-04-30",
        {"gone": ids["(2022)黔0526刑初1号"], "stays": ids["(2022)黔0526刑初2号"]},
    )

    again = "court/2022-05-01/刑事生效判决.csv"
    inbox.drop(again, csv([first | {"封存标志": "是"}]))
    assert inbox.night()[again].rows_sealed == 1
    purged = inbox.record(PLACE)
    assert (purged.rows_in, purged.rows_accepted, purged.rows_duplicate, purged.rows_sealed) == (
        3,
        1,
        0,
        2,
    )
    assert inbox.rows("criminal_judgment", "case_no") == [("(2022)黔0526刑初2号",)]
    assert observed(inbox, "2022-04-30", "clue") == ["stays"]
    assert observed(inbox, "2022-04-30", "clue_evidence") == ["stays"]
    assert "孙悟空".encode() not in texts_outside_the_archive(inbox)
    assert purge.purged(inbox.home).exists()  # what is published does not know yet


def test_a_sealed_version_without_the_number_purges_by_case_and_name(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([judgment(1), judgment(2)]))
    inbox.night()
    inbox.drop("court/2022-05-01/刑事生效判决.csv", csv([judgment(1, 证件号码="", 封存标志="是")]))
    inbox.night()
    assert inbox.rows("criminal_judgment", "name") == [("李四2",)]


def test_a_quarantined_row_that_turns_out_sealed_is_purged(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([judgment(1, 罪名="", 被告人="孙悟空"), judgment(2)]))
    assert inbox.night()[PLACE].rows_quarantined == 1
    again = judgment(1, 被告人="孙悟空", 封存标志="是")
    inbox.drop("court/2022-05-01/刑事生效判决.csv", csv([again]))
    inbox.night()
    purged = inbox.record(PLACE)
    assert (purged.status, purged.rows_quarantined, purged.rows_sealed) == ("ACCEPTED", 0, 1)
    assert not list(inbox.home.quarantine.rglob("*.*"))


def test_the_order_of_arrival_does_not_matter(inbox: Inbox) -> None:
    """An older delivery that comes late does not bring a sealed row back; a newer one may."""
    inbox.drop("court/2022-05-01/刑事生效判决.csv", csv([judgment(1, 封存标志="是")]))
    inbox.night()
    inbox.drop(PLACE, csv([judgment(1), judgment(2)]))
    inbox.drop("court/2022-06-01/刑事生效判决.csv", csv([judgment(1, 刑期月数="3")]))
    records = inbox.night()
    assert (records[PLACE].rows_accepted, records[PLACE].rows_sealed) == (1, 1)
    assert inbox.rows("criminal_judgment", "name, term_months") == [("李四2", 12), ("李四1", 3)]


def test_one_file_of_a_set_seals_a_row_of_another(inbox: Inbox) -> None:
    inbox.drop("court/2022-04-01/刑事生效判决_a.csv", csv([judgment(1), judgment(2)]))
    inbox.drop("court/2022-04-01/刑事生效判决_b.csv", csv([judgment(1, 封存标志="是")]))
    inbox.night()
    assert inbox.rows("criminal_judgment", "name") == [("李四2",)]
    assert sum(r.rows_sealed for r in Ledger(inbox.home)) == 2


@pytest.mark.parametrize("when", WHEN)
@pytest.mark.parametrize(
    "step",
    [
        "ingest.seal.put_json",
        "ingest.intake.purge_rows",
        "ingest.purge.put",
        "ingest.intake.land_set",
        "ingest.land._publish",
        "ingest.ledger.put_json",
    ],
)
def test_a_purge_killed_anywhere_is_made_good(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, step: str, when: str
) -> None:
    """The row stands in an earlier set and, as another version, in the set that seals it."""
    same_set = "court/2022-05-01/刑事生效判决_a.csv"
    first = judgment(1, 被告人="孙悟空")
    inbox.drop(PLACE, csv([first, judgment(2)]))
    inbox.drop(same_set, csv([first | {"刑期月数": "9"}, judgment(3)]))
    inbox.night()
    cited = {f"clue {row_id}": row_id for (row_id,) in inbox.rows("criminal_judgment", "_row_id")}
    observe(inbox, "2022-05-31", cited)
    inbox.drop("court/2022-05-01/刑事生效判决_b.csv", csv([first | {"封存标志": "是"}]))
    assert run_until_it_survives(monkeypatch, step, when, inbox.night) > 0
    left = inbox.rows("criminal_judgment", "name, _row_id")
    assert [name for name, _ in left] == ["李四2", "李四3"]
    assert observed(inbox, "2022-05-31", "clue") == [f"clue {row_id}" for _, row_id in left]
    assert "孙悟空".encode() not in texts_outside_the_archive(inbox)
    assert {r.rows_in for r in Ledger(inbox.home)} == {1, 2}


def test_another_county_is_not_purged(inbox: Inbox) -> None:
    inbox.drop(PLACE, csv([judgment(1)]), county="520502")
    inbox.drop("court/2022-05-01/刑事生效判决.csv", csv([judgment(1, 封存标志="是")]))
    inbox.night()
    assert inbox.rows("criminal_judgment", "_adcode") == [("520502",)]


def test_purging_observations_counts_clues_and_leaves_other_tables(inbox: Inbox) -> None:
    observe(inbox, "2022-04-30", {"a": "1", "b": "2"})
    observe(inbox, "2022-05-31", {"a": "1", "c": "3"})
    assert purge_rows(inbox.home, "police_penalty", ["1"]) == 0
    assert purge_rows(inbox.home, "criminal_judgment", ["1", "9"]) == 2
    assert purge_rows(inbox.home, "criminal_judgment", ["1"]) == 0
    assert observed(inbox, "2022-05-31", "clue") == ["c"]
    run = inbox.home.observations / "2022-05-31" / "rule_run.parquet"
    assert pq.read_table(run).num_rows == 1


def test_tombstones_tell_nothing_without_the_key(inbox: Inbox, tmp_path: Path) -> None:
    inbox.drop(PLACE, csv([judgment(77, 封存标志="是")]))
    inbox.night()
    (stone,) = (inbox.home.ledger / "sealed").iterdir()
    assert (
        "77" not in stone.read_text().replace("2022-04-01", "") or "刑初" not in stone.read_text()
    )
    for text in (id_number(77), "李四77", "刑初77号"):
        assert text not in stone.read_text()
