"""What pharmacies hand in, and what is known of their boxes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.simulate.med import catalogue
from ingest.simulate.med.columns import blank, money, taken, text
from ingest.simulate.med.render import Written, psn_no, setl_id
from ingest.simulate.med.world import DAY


def sales(what: Written, rows: np.ndarray) -> dict[str, pa.Array]:
    """drug_sale: the till's rows, insured or in cash."""
    world, table = what.world, what.book.table("till").iloc[rows]
    products = world.products
    product, goods = table["product"].to_numpy(), table.goods.to_numpy().astype(np.int64)
    place, settlement = table.place.to_numpy(), table.settlement.to_numpy()
    person = what.book.table("settlement").person.to_numpy()[np.maximum(settlement, 0)]
    usual = world.price(place, np.maximum(product, 0))
    cents = np.where(table.cents.to_numpy() > 0, table.cents.to_numpy(), usual)
    known = np.where(product >= 0, product, -1)
    classes = np.where(products.list_type == "301", "医用耗材", "药品")
    classes = np.where(products.name == "电子血压计", "医疗器械", classes)
    title = [name for name, _, _ in catalogue.GOODS]
    shelf = [each for _, each, _ in catalogue.GOODS]
    medicine = goods < 0
    rx = products.prescription.to_numpy(dtype=bool)[np.maximum(known, 0)] & (known >= 0)
    receipt = what.ids.receipt[rows]
    name = pc.if_else(pa.array(medicine), taken(products.name, known), taken(title, goods))
    return {
        "sale_no": text(receipt, world.places.code.to_numpy()[place]),
        "line_no": pa.array(what.ids.receipt_line[rows]),
        "fixmedins_code": taken(world.places.code, place),
        "setl_id": setl_id(what, settlement),
        "psn_no": blank(psn_no(world, person.astype(np.int64)), settlement < 0),
        "hilist_code": taken(products.hilist_code, known),
        "approval_no": blank(taken(products.approval_no, known), ~medicine),
        "goods_name": name,
        "goods_class": pc.if_else(pa.array(medicine), taken(classes, known), taken(shelf, goods)),
        "spec": blank(taken(products.spec, known), ~medicine),
        "qty": pa.array(table.qty.to_numpy()),
        "price": money(cents),
        "sold_at": pa.array(table["at"].to_numpy()),
        "trace_code": blank(text(table.code.to_numpy(), "8"), table.code.to_numpy() <= 0),
        "split_pack": text(table.split.to_numpy().astype(int)),
        "prescription_no": blank(text(receipt, "CF", 11), ~rx),
        "pharmacist_certificate": blank(pa.array(what.certificates[rows], pa.string()), ~rx),
    }  # fmt: skip


def purchases(what: Written, rows: np.ndarray) -> dict[str, pa.Array]:
    """drug_purchase; a shop outside the scheme is known by its licence."""
    world, table = what.world, what.book.table("purchase").iloc[rows]
    place, product = table.place.to_numpy(), table["product"].to_numpy()
    outside = ~world.places.designated.to_numpy()[place]
    source = table.source.to_numpy()
    wholesaler = np.array(["贵州黔药商业有限公司", "毕节康达医药有限公司", "国药控股毕节有限公司"],
                          dtype=object)  # fmt: skip
    names = pc.if_else(pa.array(source >= 0), taken(world.places.name, source),
                       taken(wholesaler, place % 3))  # fmt: skip
    return {
        "purchase_no": text(what.ids.purchase[rows], "XS"),
        "line_no": pa.array(np.ones(len(rows), dtype=np.int64)),
        "fixmedins_code": blank(taken(world.places.code, place), outside),
        "licence_no": blank(taken(world.places.licence_no, place), ~outside),
        "supplier_name": names,
        "hilist_code": taken(world.products.hilist_code, product),
        "approval_no": taken(world.products.approval_no, product),
        "spec": taken(world.products.spec, product),
        "qty": pa.array(table.qty.to_numpy()),
        "price": money(world.price(place, product) * 7 // 10),
        "stocked_on": pa.array(table.on.to_numpy().astype(DAY)),
    }


def counts(what: Written, rows: np.ndarray) -> dict[str, pa.Array]:
    """drug_stock_count."""
    products, table = what.world.products, what.counts.iloc[rows]
    product = table["product"].to_numpy()
    return {
        "fixmedins_code": taken(what.world.places.code, table.place.to_numpy()),
        "hilist_code": taken(products.hilist_code, product),
        "approval_no": taken(products.approval_no, product),
        "spec": taken(products.spec, product),
        "qty": pa.array(table.qty.to_numpy()),
        "counted_on": pa.array(table.on.to_numpy().astype(DAY)),
    }


def shipments(what: Written, rows: np.ndarray) -> dict[str, pa.Array]:
    """trace_shipment: boxes sent to a licence."""
    table, places = what.shipments.iloc[rows], what.world.places
    to = table.to.to_numpy()
    return {
        "trace_code": text(table.code.to_numpy(), "8"),
        "approval_no": taken(what.world.products.approval_no, table["product"].to_numpy()),
        "from_name": taken(["贵州黔药商业有限公司", "毕节康达医药有限公司"], to % 2),
        "to_licence_no": taken(places.licence_no, to),
        "to_uscc": taken(places.uscc, to),
        "shipped_on": pa.array(table.on.to_numpy().astype(DAY)),
    }
