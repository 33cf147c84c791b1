"""The feeds of the medical-insurance fund at the door: odd values are evidence and stay."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from expectations.check import check_feed
from ingest.contract import load_contracts
from tests.inbox import Inbox, csv, id_number, table, xlsx

DAY = "medicare/2023-02-01"


def settlement(serial: int, **changes: str) -> dict[str, str]:
    """A pharmacy's settlement, by its national field names."""
    row = {
        "setl_id": f"S{serial}", "psn_no": "P1", "certno": id_number(1), "psn_name": "马小花",
        "fixmedins_code": "P52052600001", "med_type": "41", "setl_time": "2023-01-05 09:30:00",
        "medfee_sumamt": "12.30", "fund_pay_sumamt": "0", "acct_pay": "12.30",
        "refd_setl_flag": "0", "vali_flag": "1",
    }  # fmt: skip
    return row | changes


def line(serial: int, **changes: str) -> dict[str, str]:
    row = {
        "bkkp_sn": f"L{serial}", "setl_id": "S1", "psn_no": "P1", "fixmedins_code": "P52052600001",
        "fee_ocur_time": "2023-01-05 09:29:00", "hilist_code": "XL02BBA326A001010102180",
        "cnt": "1", "det_item_fee_sumamt": "12.30",
    }  # fmt: skip
    return row | changes


def parquet(columns: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_refunds_void_rows_and_events_after_death_are_accepted(inbox: Inbox) -> None:
    inbox.drop(f"{DAY}/医保结算.csv", csv([
        settlement(1), settlement(2, medfee_sumamt="-12.30", acct_pay="-12.30",
                                  refd_setl_flag="1", orig_setl_id="S1"),
        settlement(3, vali_flag="0"),
    ], [*settlement(1), "orig_setl_id"]))  # fmt: skip
    inbox.drop(f"{DAY}/医保费用明细.csv", csv([line(1), line(2, cnt="-1")]))
    inbox.drop("health/2023-02-01/死亡信息.csv", csv([
        {"姓名": "马小花", "证件号码": id_number(1), "死亡时间": "2022-11-02 03:10",
         "登记日期": "2022-11-04"},
    ]))  # fmt: skip
    status = {place: record.status for place, record in inbox.night().items()}
    assert set(status.values()) == {"ACCEPTED"}
    assert inbox.rows("medical_settlement", "setl_id, acct_pay, orig_setl_id, vali_flag") == [
        ("S1", Decimal("12.3"), None, True), ("S2", Decimal("-12.3"), "S1", True),
        ("S3", Decimal("12.3"), None, False),
    ]  # fmt: skip
    assert inbox.rows("medical_fee_line", "cnt") == [(Decimal(1),), (Decimal(-1),)]
    assert inbox.rows("death_record", "died_on_min") == [(date(2022, 11, 2),)]


def test_a_type_that_flips_between_files_changes_nothing(inbox: Inbox) -> None:
    """med_type 41 as text, as a whole number, as a float; money as text, float, decimal."""
    rows = [settlement(n) for n in (1, 2, 3, 4)]
    texts = {name: [row[name] for row in rows] for name in rows[0]}

    def at(n: int, **changed: pa.Array) -> dict[str, Any]:
        return {name: changed.get(name, [texts[name][n]]) for name in texts}

    inbox.drop(f"{DAY}/医保结算_1.csv", csv([settlement(0, med_type="41.0"), rows[0]]))
    inbox.drop(f"{DAY}/医保结算_2.parquet", parquet(at(1, med_type=pa.array([41]))))
    inbox.drop(f"{DAY}/医保结算_3.parquet", parquet(at(
        2, med_type=pa.array([41.0]), medfee_sumamt=pa.array([12.3]), vali_flag=pa.array([True]),
        setl_time=pa.array([datetime(2023, 1, 5, 9, 30)]),
    )))  # fmt: skip
    inbox.drop(f"{DAY}/医保结算_4.parquet", parquet(at(
        3, medfee_sumamt=pa.array([Decimal("12.30")]), med_type=pa.array(["41"]).dictionary_encode()
    )))  # fmt: skip
    assert {record.status for record in inbox.night().values()} == {"ACCEPTED"}
    said = inbox.rows("medical_settlement", "med_type, medfee_sumamt, vali_flag, setl_time")
    assert said == [("41", Decimal("12.3"), True, datetime(2023, 1, 5, 9, 30))] * 5


def test_a_required_code_that_is_none_costs_its_row_and_not_the_delivery(inbox: Inbox) -> None:
    inbox.drop(f"{DAY}/医保结算.csv", csv([settlement(1), settlement(2, med_type="门诊")]))
    (record,) = inbox.night().values()
    assert [(r.column, r.reason, r.rows) for r in record.reasons] == [("med_type", "bad_code", 1)]
    (outcome,) = check_feed(inbox.home, "medical_settlement", date(2023, 12, 31))
    assert outcome.outcome == "passed"


def test_a_trace_code_that_went_through_a_float_is_no_trace_code(inbox: Inbox) -> None:
    """Its last digits are made up: two packs would get one code, and MED-13 a clue."""
    sale = {
        "rtal_docno": "R1", "line_no": 1, "fixmedins_code": "P52052600001", "goods_name": "药",
        "sel_retn_cnt": 1, "sel_retn_time": "2023-01-05 09:30:00",
        "drug_trac_codg": float(81234567890123456789),
    }  # fmt: skip
    inbox.drop(f"{DAY}/药品销售.xlsx", xlsx([list(sale), list(sale.values())]))
    typed = parquet({name: [value] for name, value in (sale | {"rtal_docno": "R2"}).items()})
    inbox.drop(f"{DAY}/药品销售_2.parquet", typed)
    inbox.night()
    assert inbox.rows("drug_sale", "trace_code") == [("8.123456789012346e+19",)] * 2


def test_a_second_heading_of_field_names_is_no_row(inbox: Inbox) -> None:
    """Exports of the platform print the Chinese headings and below them the fields' names."""
    chinese = ["结算编号", "人员编号", "证件号码", "人员姓名", "定点医药机构编号", "医疗类别",
               "结算时间", "医疗费总额", "基金支付总额"]  # fmt: skip
    content = ",".join(chinese) + ",,,\n" + csv([settlement(1)]).decode()
    inbox.drop(f"{DAY}/医保结算.csv", content.encode(), {"rows": 1})
    record = inbox.night()[f"{DAY}/医保结算.csv"]
    assert (record.status, record.rows_accepted) == ("ACCEPTED", 1)


def test_a_workbook_is_read_too(inbox: Inbox) -> None:
    inbox.drop(f"{DAY}/医保结算.xlsx", xlsx(table([settlement(1), settlement(2)])))
    assert inbox.night()[f"{DAY}/医保结算.xlsx"].rows_accepted == 2


def test_a_settlement_time_without_its_date_is_kept_and_flagged(inbox: Inbox) -> None:
    inbox.drop(f"{DAY}/医保结算.csv", csv([settlement(1, setl_time="9:05"), settlement(2)]))
    record = inbox.night()[f"{DAY}/医保结算.csv"]
    assert record.status == "ACCEPTED"
    assert "只有时刻没有日期" in record.message
    assert inbox.rows("medical_settlement", "setl_time, _flags") == [
        (datetime(1900, 1, 1, 9, 5), "clock_only"), (datetime(2023, 1, 5, 9, 30), ""),
    ]  # fmt: skip


def test_a_fee_needs_a_date_with_its_time(inbox: Inbox) -> None:
    inbox.drop(f"{DAY}/医保费用明细.csv", csv([line(1, fee_ocur_time="9:05"), line(2)]))
    assert inbox.night()[f"{DAY}/医保费用明细.csv"].rows_quarantined == 1


def test_a_death_reported_by_two_agencies_is_two_records(inbox: Inbox) -> None:
    """spec/feeds.csv: its key is supplier and id_number."""
    for supplier in ("health", "civil"):
        for day in ("2023-02-01", "2023-03-01"):
            inbox.drop(f"{supplier}/{day}/死亡信息.csv", csv([
                {"姓名": "马小花", "证件号码": id_number(1), "死亡日期": "2022-11-02",
                 "登记日期": "2022-11-04"},
            ]))  # fmt: skip
    inbox.night()
    keys = inbox.rows("death_record", "_supplier, _row_key")
    assert len(keys) == 4
    assert len(set(keys)) == len({key for _, key in keys}) == 2


def test_a_document_may_be_named_by_its_code(inbox: Inbox) -> None:
    """15 digits of a passport holder are no old identity number, those of a resident are."""
    old = "522427850312001"
    person = {"人员编号": "P1", "姓名": "马小花", "证件号码": old}
    inbox.drop(f"{DAY}/参保人信息.csv", csv([
        person | {"人员编号": str(n), "证件类型": kind}
        for n, kind in enumerate(["01", "身份证", "居民身份证", "护照", "03"])
    ]))  # fmt: skip
    inbox.night()
    status = [row[0] for row in inbox.rows("insured_person", "id_number_status")]
    assert status[:3] == ["upgraded"] * 3
    assert not set(status[3:]) & {"valid", "upgraded"}


@pytest.mark.parametrize(("feed", "column", "written", "meant"), [
    ("medical_institution", "agreement_status", "解除协议", "解除"),
    ("drug_sale", "goods_class", "化妆品", "日化"),
    ("medical_catalogue", "grade", "02", "乙"),
    ("insured_person", "sex", "2", "女"),
])  # fmt: skip
def test_local_words_for_a_code_are_mapped(
    feed: str, column: str, written: str, meant: str
) -> None:
    found = load_contracts()[feed].column(column)
    assert found.mapping[written] == meant
    assert found.allowed and meant in found.allowed


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "+08:00"])
def test_a_moment_with_a_zone_is_one_in_china(inbox: Inbox, zone: str) -> None:
    """As 2024-03-01T00:30:00Z in a csv is."""
    moment = pa.array([datetime(2024, 3, 1, 0, 30, tzinfo=UTC)], pa.timestamp("us", zone))
    columns = {name: [value] for name, value in line(1).items()} | {"fee_ocur_time": moment}
    inbox.drop(f"{DAY}/医保费用明细.parquet", parquet(columns))
    inbox.drop(f"{DAY}/医保费用明细.csv", csv([line(2, fee_ocur_time="2024-03-01T00:30:00Z")]))
    inbox.night()
    moments = inbox.rows("medical_fee_line", "fee_ocur_time")
    assert moments == [(datetime(2024, 3, 1, 8, 30),)] * 2


def test_a_stay_without_an_end_is_a_stay(inbox: Inbox) -> None:
    stay = {
        "mdtrt_id": "1", "psn_no": "P1", "fixmedins_code": "H52052600001", "med_type": "21",
        "begntime": "2023-01-05 09:29:00", "endtime": "9999-12-31 00:00:00",
    }  # fmt: skip
    rows = [stay, stay | {"mdtrt_id": "2", "endtime": "至今"}]
    rows += [
        stay | {"mdtrt_id": "3", "endtime": "出院"},
        stay | {"mdtrt_id": "4", "begntime": "至今"},
    ]
    inbox.drop(f"{DAY}/就诊记录.csv", csv(rows))
    (record,) = inbox.night().values()
    assert (record.rows_in, record.rows_accepted, record.rows_quarantined) == (4, 2, 2)
    assert inbox.rows("medical_visit", "mdtrt_id, endtime") == [("1", None), ("2", None)]


MAY = {"period_start": "2023-05-01", "period_end": "2023-05-31"}


def test_moments_outside_the_manifests_period_are_warned_of(inbox: Inbox) -> None:
    times = ("2023-04-30 23:59:59", "2023-05-01 00:00:00", "2023-05-31 23:59:59", "2021-05-02")
    rows = [line(n, fee_ocur_time=time) for n, time in enumerate(times)]
    inbox.drop(f"{DAY}/医保费用明细.csv", csv(rows), MAY)
    (record,) = inbox.night().values()
    assert (record.status, record.rows_accepted) == ("ACCEPTED", 4)
    assert "2 行日期不在清单所写的期间内" in record.message


def test_the_day_of_a_settlement_is_not_one_of_its_stay(inbox: Inbox) -> None:
    """A time of day that came without its date says nothing of the period."""
    stay = {"begndate": "2023-05-30", "enddate": "2023-06-02"}
    rows = [
        settlement(1, setl_time="2023-06-02 09:30:00", **stay),
        settlement(2, setl_time="09:30:00", **stay),
    ]
    inbox.drop(f"{DAY}/医保结算.csv", csv(rows), MAY)
    (record,) = inbox.night().values()
    assert "1 行日期不在清单所写的期间内" in record.message
