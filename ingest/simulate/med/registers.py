"""What agencies keep on file: the insured, places, licences, pharmacists, the catalogue.

A register is told as of a day; who was designated later is not in it yet.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ingest.simulate.med.people import EMPLOYEE
from ingest.simulate.med.places import CLINIC, OUTSIDE, PHARMACY
from ingest.simulate.med.world import DAY, MedWorld
from ingest.simulate.world import TITLES

REGISTRATION_DAYS = 1826  # a pharmacist registers for five years


def insured_person(world: MedWorld) -> pd.DataFrame:
    """Everyone insured, the dead included until somebody strikes them off."""
    people = world.people
    number = pd.Series(np.arange(len(people)) * 7 + 100_003).astype(str).str.zfill(10)
    return pd.DataFrame(
        {
            "uid": "N" + pd.Series(np.arange(len(people))).astype(str),
            "supplier": "medicare",
            "home": people.adcode,
            "psn_no": people.adcode + number,
            "name": people.name,
            "id_type": "居民身份证",
            "id_number": people.id_number,
            "sex": np.where(people.male, "1", "2"),
            "born_on": people.born.astype("datetime64[s]"),
            "insurance_type": people.insurance,
            "adcode": people.adcode,
            "township": people.township,
        }
    )


def medical_institution(world: MedWorld, day: np.datetime64) -> pd.DataFrame:
    """Those designated by a day, with how they stand on it."""
    places = world.places[world.places.designated & (world.places.since.to_numpy(DAY) <= day)]
    owner = world.people.iloc[places.owner].set_axis(places.index)
    status, since = _standing(world, places, day)
    end = (places.since.dt.year + 5).astype(str) + "-12-31"
    ended = status == "解除"
    hours = [places[c].map(lambda h: f"{int(h) % 24:02d}:00") for c in ("opens", "closes")]
    return pd.DataFrame(
        {
            "uid": "I" + places.code,
            "supplier": "medicare",
            "home": places.adcode,
            "code": places.code,
            "name": places.name,
            "kind": places.kind,
            "uscc": places.uscc,
            "township": places.township,
            "address": places.township + "街上" + (places.index % 97 + 1).astype(str) + "号",
            "longitude": places.longitude.astype(str),
            "latitude": places.latitude.astype(str),
            "legal_representative": owner.name,
            "legal_representative_id": owner.id_number,
            "phone": places.phone,
            "designated_from": places.since,
            "designated_to": np.where(ended, since.astype(str), end),
            "agreement_status": status,
            "status_from": since.astype("datetime64[s]"),
            "open_hour": hours[0],
            "close_hour": hours[1].where(places.closes < 24, "24:00"),
            "beds": places.beds.where(places.beds > 0),
        }
    )


def _standing(
    world: MedWorld, places: pd.DataFrame, day: np.datetime64
) -> tuple[np.ndarray, np.ndarray]:
    status = np.full(len(places), "在用", dtype=object)
    since = places.since.to_numpy(DAY).copy()
    at = {place: i for i, place in enumerate(places.index)}
    for span in sorted(world.spans, key=lambda s: s["on"]):
        if span["place"] in at and span["on"] <= day:
            status[at[span["place"]]], since[at[span["place"]]] = span["status"], span["on"]
    return status, since


def drug_retail_licence(world: MedWorld, day: np.datetime64) -> pd.DataFrame:
    """Every shop that may sell drugs, designated or not."""
    shops = world.places[world.places["shop"] & (world.places.licensed.to_numpy(DAY) <= day)]
    since = shops.licensed
    return pd.DataFrame(
        {
            "uid": "L" + shops.licence_no,
            "supplier": "drug",
            "home": shops.adcode,
            "licence_no": shops.licence_no,
            "holder": shops.name,
            "uscc": shops.uscc,
            "address": shops.township + "街上" + (shops.index % 97 + 1).astype(str) + "号",
            "township": shops.township,
            "longitude": shops.longitude.astype(str),
            "latitude": shops.latitude.astype(str),
            "valid_from": since,
            "valid_to": since + pd.DateOffset(years=8),
            "status": "有效",
        }
    )


def business_registration(world: MedWorld, day: np.datetime64) -> pd.DataFrame:
    """The shops and clinics as the market authority knows them."""
    kinds = [PHARMACY, OUTSIDE, CLINIC]
    units = world.places[
        world.places.kind.isin(kinds) & (world.places.licensed.to_numpy(DAY) <= day)
    ]
    owner = world.people.iloc[units.owner].set_axis(units.index)
    return pd.DataFrame(
        {
            "uid": "B" + units.uscc,
            "supplier": "market",
            "home": units.adcode,
            "uscc": units.uscc,
            "registration_no": "5224" + (30_000_000_000 + units.index * 7919).astype(str),
            "name": units.name,
            "entity_type": "有限责任公司",
            "legal_representative": owner.name,
            "legal_representative_id": owner.id_number,
            "phone": units.phone,
            "address": units.township + "街上" + (units.index % 97 + 1).astype(str) + "号",
            "longitude": units.longitude.astype(str),
            "latitude": units.latitude.astype(str),
            "opened_on": units.licensed,
            "business_scope": np.where(units.kind == CLINIC, "诊疗服务", "药品零售；医疗器械零售"),
            "status": "存续",
        }
    )


def medical_catalogue(world: MedWorld) -> pd.DataFrame:
    """What the fund pays for, in both counties alike."""
    products = world.products
    whole = [
        products.assign(uid="C" + products.hilist_code, supplier="medicare", home=home)
        for home in TITLES
    ]
    frame = pd.concat(whole, ignore_index=True)
    frame["prescription"] = np.where(frame.prescription.astype(bool), "1", "0")
    return frame.assign(valid_from=pd.Timestamp("2024-01-01"))


def employ(world: MedWorld) -> None:
    """Give each pharmacy its registered pharmacists, two where trade is brisk.

    Before a registration runs out they have the next.
    """
    rng, places = world.rng, world.places
    shops = np.flatnonzero(places.kind == PHARMACY)
    many = 1 + (places["size"].to_numpy()[shops] > 1.5)
    place = np.repeat(shops, many)
    adults = world.people.born.to_numpy(DAY)
    fit = (world.people.insurance == EMPLOYEE) & world.people.died.isna()
    fit &= (adults < np.datetime64("1998-01-01")) & (adults > np.datetime64("1966-01-01"))
    person = rng.choice(np.flatnonzero(fit), len(place), replace=False)
    ago = rng.integers(30, REGISTRATION_DAYS - 60, len(place))
    since = world.start - ago
    rows = pd.DataFrame(
        {"place": place, "person": person, "valid_from": since,
         "valid_to": since + REGISTRATION_DAYS}
    )  # fmt: skip
    rows["certificate_no"] = [f"52{c:010d}" for c in rng.permutation(len(place)) * 37 + 1_190_000]
    again = rows[rows.valid_to.to_numpy(DAY) <= world.end]
    again = again.assign(
        valid_from=again.valid_to + pd.Timedelta(days=1),
        valid_to=again.valid_to + pd.Timedelta(days=REGISTRATION_DAYS),
    )
    world.pharmacists = pd.concat([rows, again], ignore_index=True)


def register(world: MedWorld, pharmacist: int, **columns: Any) -> int:
    """Another registration of a pharmacist: renewed, or with another shop; its number."""
    row = world.pharmacists.loc[[pharmacist]].assign(**columns)
    number = int(world.pharmacists.index.max()) + 1
    world.pharmacists = pd.concat([world.pharmacists, row.set_axis([number])])
    return number


def on_duty(world: MedWorld, till: pd.DataFrame) -> np.ndarray:
    """The certificate under which each row was sold; blank where the place has none."""
    rows = world.pharmacists
    staff = rows.drop_duplicates(["place", "certificate_no"])
    first = staff.drop_duplicates("place").set_index("place").certificate_no
    last = staff.drop_duplicates("place", keep="last").set_index("place").certificate_no
    day = till["at"].to_numpy().astype(DAY).astype(np.int64)
    usual = np.where(day % 2, till.place.map(first), till.place.map(last))
    own = till.certificate.to_numpy()
    named = rows.certificate_no.reindex(own)
    return np.where(own >= 0, named, pd.Series(usual).fillna("").to_numpy(dtype=object))


def pharmacist_registration(world: MedWorld, day: np.datetime64) -> pd.DataFrame:
    """Registrations that hold on a day."""
    rows = world.pharmacists
    fit = (rows.valid_from.to_numpy(DAY) <= day) & (rows.valid_to.to_numpy(DAY) >= day)
    rows = rows[fit]
    person = world.people.iloc[rows.person].set_axis(rows.index)
    place = world.places.iloc[rows.place].set_axis(rows.index)
    return pd.DataFrame(
        {
            "uid": "R" + rows.certificate_no + place.code,
            "supplier": "drug",
            "home": place.adcode,
            "certificate_no": rows.certificate_no,
            "name": person.name,
            "id_number": person.id_number,
            "registered_unit": place.name,
            "unit_uscc": place.uscc,
            "valid_from": rows.valid_from.astype("datetime64[s]"),
            "valid_to": rows.valid_to.astype("datetime64[s]"),
        }
    )
