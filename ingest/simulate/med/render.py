"""Settlements, lines and visits as the fund's platform exports them.

Everything is done by column, for any number of rows; slips depend on a row's number alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ingest.simulate import defects
from ingest.simulate.med import ids
from ingest.simulate.med.book import Book
from ingest.simulate.med.columns import blank, money, taken, text
from ingest.simulate.med.money import Bills
from ingest.simulate.med.places import PHARMACY
from ingest.simulate.med.stays import CODES, TREATMENT
from ingest.simulate.med.world import CHR, DAY, DAYCASE, ER, IPT, MAT, OTH, OTP, RX, MedWorld
from ingest.simulate.world import MAIN, SECOND

# each county's own dictionary of kinds of care; some kinds have more than one code
MED_TYPES = {
    MAIN: {RX: ("41",), OTP: ("11",), ER: ("13",), CHR: ("140101", "140104"), IPT: ("21",),
           DAYCASE: ("28",), MAT: ("51", "52"), OTH: ("12",)},
    SECOND: {RX: ("41", "9929"), OTP: ("11",), ER: ("1301",), CHR: ("14",), IPT: ("2101", "2102"),
             DAYCASE: ("28",), MAT: ("52",), OTH: ("12",)},
}  # fmt: skip
VOID = 0.0037
UNLINKED = 5  # one place in so many does not say which settlement a refund takes back
DEPARTMENTS = ["内一科", "内二科", "外科", "骨科", "妇产科", "儿科", "中医科"]
# where a patient lies, by what is done; the others lie in one of two wards
WARDS = {
    "surgery": "外科", "rehab": "康复科", "psychiatric": "精神科", "birth": "妇产科",
    "newborn": "妇产科", "dialysis": "血液净化室", "chemo": "肿瘤科", "radiotherapy": "肿瘤科",
}  # fmt: skip


@dataclass
class Written:
    """All that has happened and what it cost, ready to be written down."""

    world: MedWorld
    book: Book
    bills: Bills
    ids: ids.Ids
    certificates: np.ndarray  # the pharmacist's, by row of the till; "" for none
    counts: pd.DataFrame
    shipments: pd.DataFrame


def _person(what: Written, person: np.ndarray, named: np.ndarray, number: np.ndarray) -> dict:
    """The person's numbers and name as the desk wrote them."""
    people = what.world.people
    chance = defects.chance_of
    certno = blank(taken(people.id_number, person), chance(number, "certno") < 0.012)
    certno = pc.if_else(pa.array(chance(number, "case") < 0.3), pc.utf8_lower(certno), certno)
    name = taken(people.name, np.where(named >= 0, named, person))
    other = pc.replace_substring(name, "·", "•")
    name = pc.if_else(pa.array(chance(number, "separator") < 0.3), other, name)
    return {"psn_no": psn_no(what.world, person), "certno": certno, "name": name}


def psn_no(world: MedWorld, person: np.ndarray) -> pa.Array:
    """A person's number with the fund."""
    return text(person * 7 + 100_003, world.people.adcode.to_numpy()[np.maximum(person, 0)], 10)


def setl_id(what: Written, number: np.ndarray) -> pa.Array:
    """A settlement's number in writing; blank below nought."""
    place = what.book.table("settlement").place.to_numpy()[np.maximum(number, 0)]
    serial = what.ids.settlement[np.maximum(number, 0)]
    return blank(text(serial, ids.county_of(what.world, place), 12), number < 0)


def _mdtrt_id(what: Written, number: np.ndarray) -> pa.Array:
    place = what.book.table("visit").place.to_numpy()[np.maximum(number, 0)]
    county = np.char.add(ids.county_of(what.world, place).astype("U6"), "M")
    return blank(text(what.ids.visit[np.maximum(number, 0)], county), number < 0)


def is_void(serial: np.ndarray) -> np.ndarray:
    """Whether the platform marks a settlement of such a number as void."""
    return defects.chance_of(serial, "void") < VOID


def setl_numbers(what: Written, rows: np.ndarray) -> list[str]:
    """Settlements' numbers as the fund writes them."""
    return setl_id(what, rows).to_pylist()


def mdtrt_numbers(what: Written, rows: np.ndarray) -> list[str]:
    """Visits' numbers as the fund writes them."""
    return _mdtrt_id(what, rows).to_pylist()


def _bkkp_sn(what: Written, number: np.ndarray) -> pa.Array:
    return blank(text(what.ids.line[np.maximum(number, 0)], "F", 12), number < 0)


def _med_type(world: MedWorld, place: np.ndarray, kind: np.ndarray, number: np.ndarray) -> pa.Array:
    county = ids.county_of(world, place)
    out = np.empty(len(place), dtype=object)
    for adcode, table in MED_TYPES.items():
        for each, codes in table.items():
            mine = (county == adcode) & (kind == each)
            which = (number[mine] * 2_654_435_761 % 97 % len(codes)).astype(int)
            out[mine] = np.array(codes, dtype=object)[which]
    return pa.array(out, pa.string())


def settlements(what: Written, rows: np.ndarray) -> dict[str, pa.Array]:
    """medical_settlement, by contract column."""
    world, paid = what.world, what.bills.settlements.iloc[rows]
    table = what.book.table("settlement").iloc[rows]
    serial = what.ids.settlement[rows]
    place, person = table.place.to_numpy(), table.person.to_numpy().astype(np.int64)
    refund = table.refund_of.to_numpy() >= 0
    settled = ids.settled_at(table)
    visits = what.book.table("visit")
    visit = table.visit.to_numpy()
    begin = np.where(visit >= 0, visits.begin.to_numpy()[np.maximum(visit, 0)], table["at"])
    end = np.where(visit >= 0, visits.end.to_numpy()[np.maximum(visit, 0)], table["at"])
    code = world.places.code
    return {
        "setl_id": setl_id(what, rows),
        "mdtrt_id": _mdtrt_id(what, visit),
        **_person(what, person, table.misnamed.to_numpy(), serial),
        "insutype": taken(world.people.insurance, person),
        "fixmedins_code": taken(code, place),
        "med_type": _med_type(world, place, table.kind.to_numpy(), serial),
        "begndate": pa.array(begin.astype(DAY)),
        "enddate": pa.array(end.astype(DAY)),
        "setl_time": pa.array(settled),
        "setl_type": text(table.route.to_numpy()),
        "medfee_sumamt": money(paid.total.to_numpy()),
        "fund_pay_sumamt": money(paid.pool.to_numpy()),
        "acct_pay": money(paid.account.to_numpy()),
        "acct_mulaid_pay": money(paid.family.to_numpy()),
        "psn_cash_pay": money(paid.cash.to_numpy()),
        "balc": money(paid.balance.to_numpy()),
        "payer_psn_no": blank(psn_no(world, table.payer.to_numpy().astype(np.int64)),
                              table.payer.to_numpy() < 0),
        "refd_setl_flag": text(refund.astype(int)),
        "orig_setl_id": setl_id(what, np.where(place % UNLINKED, table.refund_of.to_numpy(), -1)),
        "vali_flag": text((~is_void(serial)).astype(int)),
        "opter_id": text(table.clerk.to_numpy() + 1, code.to_numpy()[place]),
        "opt_time": pa.array(settled + table.lag.to_numpy().astype("m8[s]")),
        "term_id": text(table.clerk.to_numpy() % 2 + 1, (code + "T").to_numpy()[place]),
    }  # fmt: skip


def lines(what: Written, rows: np.ndarray, unsettled: np.ndarray) -> dict[str, pa.Array]:
    """medical_fee_line; `unsettled` are those of patients still in hospital."""
    world, bills = what.world, what.bills.lines.iloc[rows]
    table = what.book.table("line").iloc[rows]
    serial = what.ids.line[rows]
    chance = defects.chance_of
    owner = what.book.table("settlement").iloc[table.settlement.to_numpy()]
    place, product = owner.place.to_numpy(), table["product"].to_numpy()
    at_shop = (world.places.kind == PHARMACY).to_numpy()[place]
    products = world.products
    number = table.settlement.to_numpy()
    doctor = chance(place * 100 + serial % 7, "doctor") * 1e11
    return {
        "bkkp_sn": _bkkp_sn(what, rows),
        "init_bkkp_sn": _bkkp_sn(what, np.where(place % UNLINKED, table.origin.to_numpy(), -1)),
        "setl_id": setl_id(what, np.where(unsettled, -1, number)),
        "mdtrt_id": _mdtrt_id(what, owner.visit.to_numpy()),
        "psn_no": psn_no(world, owner.person.to_numpy().astype(np.int64)),
        "fixmedins_code": taken(world.places.code, place),
        "fee_ocur_time": pa.array(table["at"].to_numpy()),
        "hilist_code": taken(products.hilist_code, product),
        "hilist_name": taken(products.name, product),
        "list_type": taken(products.list_type, product),
        "pric": money(bills.cents.to_numpy()),
        "cnt": pa.array(table.qty.to_numpy()),
        "det_item_fee_sumamt": money(bills.amount.to_numpy()),
        "inscp_amt": money(bills.covered.to_numpy()),
        "bilg_dr_code": blank(text(doctor.astype(np.int64), "D52", 11),
                              at_shop | (chance(serial, "no doctor") < 0.0266)),
        "bilg_dept": blank(taken(DEPARTMENTS, place % len(DEPARTMENTS)), at_shop),
        "rx_circ_flag": text(table.outside.to_numpy().astype(int)),
        "prd_days": blank(pa.array(table.days.to_numpy()), table.days.to_numpy() == 0),
    }  # fmt: skip


def visits(what: Written, rows: np.ndarray, cut: np.datetime64) -> dict[str, pa.Array]:
    """medical_visit as it stands on a day: who is still in has no end yet."""
    world, table = what.world, what.book.table("visit").iloc[rows]
    serial, place = what.ids.visit[rows], table.place.to_numpy()
    end = table.end.to_numpy()
    stay = np.isin(table.kind.to_numpy(), [IPT, DAYCASE, MAT])
    treatment = TREATMENT[table.diagnosis.to_numpy()]
    ward = pd.Series(treatment).map(WARDS).to_numpy(dtype=object)
    ward = np.where(pd.isna(ward), np.where(serial % 2, "内一科", "内二科"), ward)
    open_end = (end >= cut.astype("datetime64[s]")) | (defects.chance_of(serial, "end") < 0.0011)
    return {
        "mdtrt_id": _mdtrt_id(what, rows),
        "psn_no": psn_no(world, table.person.to_numpy().astype(np.int64)),
        "fixmedins_code": taken(world.places.code, place),
        "med_type": _med_type(world, place, table.kind.to_numpy(), serial),
        "begntime": pa.array(table.begin.to_numpy()),
        "endtime": blank(pa.array(end), open_end),
        "diag_code": taken(CODES, table.diagnosis.to_numpy().astype(np.int64)),
        "ward": blank(pa.array(ward, pa.string()), ~stay),
        "bed": blank(text(serial % 60 + 1, "", 2), ~stay),
        "vali_flag": text((~table.void.to_numpy()).astype(int)),
    }
