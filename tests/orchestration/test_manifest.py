"""marts/manifest.json: what a reader of the files can check them against."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from ingest.home import Home
from orchestration.publish.manifest import write_manifest
from tests.inbox import COUNTY
from tests.orchestration.published import NIGHT, Published


def test_a_delivery_that_was_not_adopted_moves_no_date(tmp_path: Path) -> None:
    night = Published(Home(tmp_path / "home").make())
    for feed, day, status, is_adopted in (
        ("staff_roster", date(2023, 9, 30), "ACCEPTED", True),
        ("staff_roster", date(2023, 10, 20), "ACCEPTED", False),
        ("police_case", date(2023, 9, 30), "ACCEPTED_WITH_QUARANTINE", True),
        ("police_case", date(2023, 10, 20), "DUPLICATE", True),
        ("police_penalty", date(2023, 10, 20), "REJECTED", False),
        (None, date(2023, 10, 20), "UNRECOGNISED", False),
    ):
        night.add(
            "marts.fct_feed_delivery", feed=feed, adcode=COUNTY, supplier="edu",
            delivered_on=day, status=status, is_adopted=is_adopted,
        )  # fmt: skip
    night.save()
    path = write_manifest(night.home.marts, night=NIGHT, run_id="1")
    said = {one["feed"]: one["data_as_of"] for one in json.loads(path.read_text())["data_as_of"]}
    assert said == {"staff_roster": "2023-09-30", "police_case": "2023-10-20"}
