"""Where care and medicines are had: hospitals, clinics, pharmacies, shops outside the scheme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ingest.simulate import identity, names
from ingest.simulate.world import MAIN, SECOND, TITLES

HOSPITAL, CENTRE, VILLAGE, CLINIC, PHARMACY = "医院", "基层卫生院", "村卫生室", "诊所", "零售药店"
OUTSIDE = ""  # a shop with a retail licence that the scheme has not designated
# at scale 1: in 威宁 and in the small neighbour
COUNTS = {
    HOSPITAL: (9, 2), CENTRE: (39, 8), VILLAGE: (90, 12), CLINIC: (30, 6), PHARMACY: (260, 30),
    OUTSIDE: (60, 8),
}  # fmt: skip
BRANDS = list("康仁济民益和安泰福祥同德源顺百春惠")
CHAINS = ["黔康大药房", "百姓缘大药房", "益民堂药业", "天麻堂大药房"]
SUFFIX = {
    HOSPITAL: "医院", CENTRE: "卫生院", VILLAGE: "卫生室", CLINIC: "诊所", PHARMACY: "大药房",
    OUTSIDE: "药店",
}  # fmt: skip
CENTRES = {MAIN: (104.28, 26.86), SECOND: (105.29, 27.30)}
DESIGNATED_SINCE = np.datetime64("2021-02-01")


def build(
    scale: float, owners: np.ndarray, start: np.datetime64, rng: np.random.Generator
) -> pd.DataFrame:
    """All places of both counties, a row each; position is a place's number.

    `owners` are persons who may own one. `size` is how much trade a place attracts among its kind,
    `chain` which chain a pharmacy belongs to (-1: none), `hours` an index of the opening hours,
    `code` blank for shops outside the scheme, `licence_no` blank for all but shops.
    """
    adcode, kind = _who(scale)
    n = len(kind)
    village = kind == VILLAGE
    frame = pd.DataFrame(
        {"adcode": adcode, "kind": kind, "township": _townships(adcode, kind, rng)}
    )
    frame["shop"] = np.isin(kind, [PHARMACY, OUTSIDE])
    frame["designated"] = kind != OUTSIDE
    frame["chain"] = np.where((kind == PHARMACY) & (rng.random(n) < 0.22),
                              rng.integers(0, len(CHAINS), n), -1)  # fmt: skip
    frame["name"] = _names(frame, rng)
    frame["code"] = np.where(frame.designated, _codes(frame), "")
    frame["licence_no"] = np.where(
        frame["shop"], [f"黔DB{a[2:]}{i:05d}" for i, a in enumerate(adcode)], ""
    )
    legal = np.where(np.isin(kind, [HOSPITAL, CENTRE]), "12", "91")
    serial = 3_000_000 + np.arange(n)
    frame["uscc"] = np.where(
        village, "", identity.credit_codes(legal.astype("U2"), adcode.astype("U6"), serial)
    )
    frame["owner"] = owners[rng.permutation(len(owners))[:n]]
    frame["phone"] = [f"1{d}{e:08d}" for d, e in zip(
        rng.choice(["38", "39", "50", "85", "98"], n), rng.integers(0, 10**8, n), strict=True
    )]  # fmt: skip
    frame["longitude"], frame["latitude"] = _positions(frame, rng)
    since = DESIGNATED_SINCE + rng.integers(0, (start - DESIGNATED_SINCE).astype(int) - 30, n)
    frame["since"] = since.astype("datetime64[s]")
    frame["licensed"] = (since - rng.integers(60, 700, n)).astype("datetime64[s]")
    frame["opens"] = rng.choice([7, 8, 8, 8, 9], n)
    frame["closes"] = rng.choice([18, 19, 20, 21, 22], n)
    always = (kind == PHARMACY) & (rng.random(n) < 0.02)
    frame.loc[always | (kind == HOSPITAL), ["opens", "closes"]] = (0, 24)
    frame["size"] = rng.pareto(1.6, n) + 0.35
    frame["beds"] = np.select([kind == HOSPITAL, kind == CENTRE],
                              [rng.integers(60, 400, n), rng.integers(12, 40, n)], 0)  # fmt: skip
    frame["clerks"] = np.minimum(1 + (frame["size"] > 1.2) + (frame["size"] > 4), 3)
    _chains_share_an_owner(frame)
    return frame


def _who(scale: float) -> tuple[np.ndarray, np.ndarray]:
    adcode, kind = [], []
    for position, county in enumerate((MAIN, SECOND)):
        for each, counts in COUNTS.items():
            many = max(round(counts[position] * scale), 1)
            adcode += [county] * many
            kind += [each] * many
    return np.array(adcode), np.array(kind)


def _townships(adcode: np.ndarray, kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Health centres one a township; four shops in ten and all hospitals in the seat."""
    town = np.empty(len(kind), dtype="U8")
    for county in (MAIN, SECOND):
        towns = np.array(names.TOWNSHIPS[county])
        here = adcode == county
        town[here] = towns[rng.integers(0, len(towns), int(here.sum()))]
        seated = here & ((kind == HOSPITAL) | (rng.random(len(kind)) < 0.35) & (kind != VILLAGE))
        town[seated] = towns[rng.integers(0, 3, int(seated.sum()))]
        centres = here & (kind == CENTRE)
        town[centres] = np.resize(towns, int(centres.sum()))
    return town


def _names(frame: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    n = len(frame)
    brand = np.char.add(rng.choice(BRANDS, n), rng.choice(BRANDS, n)).astype("U8")
    village = rng.choice(names.VILLAGES, n).astype("U8")
    stem = np.select(
        [frame.kind == VILLAGE, frame.kind == CENTRE], [village, np.array("", dtype="U8")], brand
    )
    suffix = frame.kind.map(SUFFIX).to_numpy("U8")
    chain = frame.chain.to_numpy()
    stem = np.where(chain >= 0, np.array(CHAINS)[chain], stem)
    suffix = np.where(chain >= 0, [f"{i}分店" for i in range(n)], suffix)
    title = frame.adcode.map(TITLES).to_numpy("U8")
    whole = np.char.add(np.char.add(title, frame.township.to_numpy("U8")), stem)
    whole = np.char.add(whole, suffix)
    again = pd.Series(whole).groupby(whole).cumcount().to_numpy()
    number = [f"（{names.chinese_number(i + 1)}店）" if i else "" for i in again]
    return np.char.add(whole, np.array(number))


def _codes(frame: pd.DataFrame) -> np.ndarray:
    """H or P, the county, and five digits that say nothing."""
    letter = np.where(frame.kind == PHARMACY, "P", "H")
    spread = (np.arange(len(frame)) * 7919 + 1237) % 99_991
    if len(frame) > 99_991:
        raise ValueError("more places than their codes have numbers: lower the scale")
    number = np.char.zfill(spread.astype("U5"), 5)
    return np.char.add(np.char.add(letter, frame.adcode.to_numpy("U6")), number)


def _positions(frame: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Around its township's centre, 0.01 degree being about a kilometre."""
    centre = np.array([CENTRES[a] for a in frame.adcode])
    town = pd.util.hash_array(frame.township.to_numpy(dtype=object), categorize=True)
    angle = (town % 1000) / 1000 * 2 * np.pi
    away = 0.05 + (town // 1000 % 100) / 100 * 0.25
    near = rng.normal(0, 0.006, (len(frame), 2))
    longitude = centre[:, 0] + np.cos(angle) * away + near[:, 0]
    latitude = centre[:, 1] + np.sin(angle) * away + near[:, 1]
    return longitude.round(6), latitude.round(6)


def _chains_share_an_owner(frame: pd.DataFrame) -> None:
    """Branches have their chain's owner and telephone, as honest chains do."""
    branches = frame[frame.chain >= 0]
    heads = branches.groupby(["adcode", "chain"]).head(1).set_index(["adcode", "chain"])
    keys = pd.MultiIndex.from_frame(branches[["adcode", "chain"]])
    for column in ("owner", "phone"):
        frame.loc[branches.index, column] = heads[column].reindex(keys).to_numpy()
