"""A tiny county's medical insurance written by hand, for the cases of tests/rules/med.

Amounts are given in yuan as text; every expectation is read from the rules' text. A pharmacy is
designated since 2020, open from 8 to 21; a licensed shop outside is not. Law changes on 2026-04-01,
and the window of twelve months begins on 2025-07-01.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from tests.rules.county import ADCODE, County, Person, credit_code

NIGHT = "2026-06-30"
WINDOW_FROM = "2025-07-01"
DAY = "2026-03-02"  # conduct happens on this day unless said otherwise
AMOXICILLIN = "XJ01CAA040A001010100001"
IBUPROFEN = "XM01AEB117A001010100001"
# Feeds that are delivered without rows where no case has any, so that no rule lacks its feed.
FEEDS = {
    "insured_person": "medicare", "medical_institution": "medicare", "medical_visit": "medicare",
    "medical_settlement": "medicare", "medical_fee_line": "medicare", "drug_sale": "medicare",
    "drug_purchase": "medicare", "drug_stock_count": "medicare", "medical_catalogue": "medicare",
    "medical_enforcement": "medicare", "drug_retail_licence": "drug", "trace_shipment": "drug",
    "pharmacist_registration": "drug", "death_record": "civil", "injury_liability": "police",
    "business_registration": "market", "social_insurance": "hrss",
}  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """A designated institution, or a licensed shop: `code` is empty where it has none."""

    code: str
    licence_no: str
    uscc: str
    name: str


@dataclass(frozen=True)
class MedCase:
    """What must be true of one subject: push None means no clue; amounts are pool, account.

    `boost`: the points that boosters add to its score.
    """

    what: str
    rule: str
    subject: str
    push: str | None
    adcode: str
    amounts: tuple[str, str] | None
    boost: int | None = None


@dataclass(frozen=True)
class Line:
    """One line of a bill: what it is, how many, at what price; `at`: not when it was settled."""

    code: str = AMOXICILLIN
    count: str = "1"
    price: str = "10.00"
    serial: str = ""
    rx_circ_flag: str | None = None
    at: str | None = None


@dataclass
class MedCounty(County):
    """A county whose agencies deliver the feeds of the medical insurance."""

    night: str = NIGHT
    expected: list[MedCase] = field(default_factory=list)
    compared: list[Shop] = field(default_factory=list)

    def expect(
        self,
        what: str,
        rule: str,
        subject: str,
        push: str | None = None,
        amounts: tuple[str, str] | None = None,
        boost: int | None = None,
    ) -> None:
        """One subject's case; `amounts` = (pool, account) of the clue."""
        self.expected.append(MedCase(what, rule, subject, push, self.adcode, amounts, boost))

    def without(self, adcode: str, *lacking: tuple[str, str]) -> MedCounty:
        """Another county of the home, whose files do not have these columns."""
        other = MedCounty(
            adcode, expected=self.expected, serial=self.serial, lacking=frozenset(lacking)
        )
        self.neighbours.append(other)
        return other

    def person(self, name: str | None = None, born: str | None = None, sex: str = "女") -> Person:
        """Everybody is born on a day of their own, so that no two numbers are alike."""
        return super().person(name, born or days_after("1960-01-01", next(self.serial)), sex)

    # who and where ------------------------------------------------------------------------
    def insured(self, person: Person | None = None, **row: object) -> Person:
        """A person in the register, by the first digits of the number as psn_no."""
        person = person or self.person()
        record = {
            "psn_no": self.psn(person), "name": person.name, "id_number": person.number,
            "sex": person.sex, "insurance_type": "390", "adcode": self.adcode,
        }  # fmt: skip
        self.add("insured_person", "medicare", **(record | row))
        return person

    @staticmethod
    def psn(person: Person) -> str:
        """The person number that the register gives a person."""
        return f"52{person.number[6:17]}"

    def pharmacy(self, **row: object) -> Shop:
        """A designated pharmacy with its licence and registration."""
        return self._institution("P", "零售药店", row)

    def hospital(self, **row: object) -> Shop:
        """A designated hospital."""
        return self._institution("H", "医院", row)

    def peers(self) -> list[Shop]:
        """As many pharmacies as others are compared with, which trade just enough; made once.

        Each settles ten yuan a day for a customer of its own, at half past nine.
        """
        while len(self.compared) < 20:
            shop, customer = self.pharmacy(township="别处乡"), self.insured()
            for n in range(200):
                self.settle(shop, customer, f"{days_after(WINDOW_FROM, n)} 09:30:00")
            self.compared.append(shop)
        return self.compared

    def struck_off(self, **row: object) -> Shop:
        """A pharmacy on which there is a clue of MED-18: it settles for one more in June."""
        shop = self.pharmacy(**{"agreement_status": "解除", "status_from": "2026-06-01"} | row)
        self.settle(shop, self.insured(), "2026-06-15 09:30:00")
        return shop

    def _institution(self, letter: str, kind: str, row: dict[str, object]) -> Shop:
        n = next(self.serial)
        shop = Shop(
            f"{letter}{self.adcode}{n:05d}", f"黔DA{self.adcode}{n:04d}",
            credit_code(n, f"91{self.adcode}MA"), f"第{n}号{kind}",
        )  # fmt: skip
        record = {
            "code": shop.code, "name": shop.name, "kind": kind, "uscc": shop.uscc,
            "township": "石门乡", "designated_from": "2020-01-01", "agreement_status": "在用",
            "open_hour": "08:00", "close_hour": "21:00",
        }  # fmt: skip
        self.add("medical_institution", "medicare", **(record | row))
        if letter == "P":
            self.licence(shop)
        return shop

    def shop_outside(self, **row: object) -> Shop:
        """A shop with a licence, which is not designated."""
        n = next(self.serial)
        shop = Shop(
            "", f"黔DB{self.adcode}{n:04d}", credit_code(n, f"92{self.adcode}MB"), f"外{n}药店"
        )
        self.licence(shop, **row)
        return shop

    def licence(self, shop: Shop, **row: object) -> None:
        """The shop's licence and its business registration."""
        record = {
            "licence_no": shop.licence_no, "holder": shop.name, "uscc": shop.uscc,
            "valid_from": "2020-01-01", "status": "有效",
        }  # fmt: skip
        columns = {name: row.pop(name) for name in list(row) if name.startswith("registered_")}
        self.add("drug_retail_licence", "drug", **(record | row))
        registration = {"uscc": shop.uscc, "name": shop.name, "entity_type": "个体工商户",
                        "opened_on": "2019-01-01", "status": "存续"}  # fmt: skip
        said = {name.removeprefix("registered_"): value for name, value in columns.items()}
        self.add("business_registration", "market", **(registration | said))

    # what happens ------------------------------------------------------------------------
    def settle(
        self, shop: Shop, person: Person, at: str = f"{DAY} 09:30:00", *,
        lines: tuple[Line, ...] = (Line(),), pool: str = "0", account: str | None = None,
        **row: object,
    ) -> str:  # fmt: skip
        """A bill and its lines; the account pays what the pool does not. Returns setl_id."""
        setl_id = f"S{self.adcode}{next(self.serial):06d}"
        total = sum(float(line.count) * float(line.price) for line in lines)
        paid = account if account is not None else f"{total - float(pool):.2f}"
        kind = "41" if shop.code.startswith("P") else "11"
        record = {
            "setl_id": setl_id, "psn_no": self.psn(person), "certno": person.number,
            "name": person.name, "fixmedins_code": shop.code, "med_type": kind,
            "begndate": at[:10], "setl_time": at, "setl_type": "2",
            "medfee_sumamt": f"{total:.2f}", "fund_pay_sumamt": pool, "acct_pay": paid,
            "vali_flag": "1",
        } | row  # fmt: skip
        self.add("medical_settlement", "medicare", **record)
        for number, line in enumerate(lines, start=1):
            amount = f"{float(line.count) * float(line.price):.2f}"
            self.add(
                "medical_fee_line", "medicare", bkkp_sn=line.serial or f"{setl_id}-{number}",
                setl_id=setl_id, psn_no=self.psn(person), fixmedins_code=shop.code,
                mdtrt_id=record.get("mdtrt_id"), fee_ocur_time=line.at or at, hilist_code=line.code,
                hilist_name=f"药品{line.code[:4]}", pric=line.price, cnt=line.count,
                det_item_fee_sumamt=amount, inscp_amt=amount, rx_circ_flag=line.rx_circ_flag,
            )  # fmt: skip
        return setl_id

    def refund(
        self, setl_id: str, at: str = f"{DAY} 18:00:00", *, named: bool = True,
        lines_named: bool | None = None, part: tuple[int, str, str] | None = None,
    ) -> str:  # fmt: skip
        """Take a bill back whole, with its lines; `named`: the rows say what they take back.

        `part`: only one line, by its number, for which pool and account had paid so much.
        """
        lines_named = named if lines_named is None else lines_named
        key = ("medical_settlement", "medicare", self.night)
        (original,) = (r for r in self.rows[key] if r["setl_id"] == setl_id)
        back = f"R{setl_id}"
        lines = self.rows["medical_fee_line", "medicare", self.night]
        lines = [row for row in lines if row["setl_id"] == setl_id]
        money = ("medfee_sumamt", "fund_pay_sumamt", "acct_pay")
        paid = [original[name] for name in money]
        if part:
            lines = lines[part[0] - 1 : part[0]]
            paid = [lines[0]["det_item_fee_sumamt"], *part[1:]]
        negative = {name: _turned(amount) for name, amount in zip(money, paid, strict=True)}
        self.add("medical_settlement", "medicare", **(original | negative | {
            "setl_id": back, "setl_time": at, "refd_setl_flag": "1",
            "orig_setl_id": setl_id if named else None,
        }))  # fmt: skip
        for line in lines:
            amounts = {n: _turned(line[n]) for n in ("cnt", "det_item_fee_sumamt", "inscp_amt")}
            self.add("medical_fee_line", "medicare", **(line | amounts | {
                "bkkp_sn": f"R{line['bkkp_sn']}", "setl_id": back, "fee_ocur_time": at,
                "init_bkkp_sn": line["bkkp_sn"] if lines_named else None,
            }))  # fmt: skip
        return back

    def visit(
        self, hospital: Shop, person: Person, admitted: str, discharged: str | None, *,
        treated: bool = True, **row: object,
    ) -> str:  # fmt: skip
        """A stay in hospital; returns mdtrt_id. `treated`: every day, by lines of no bill yet."""
        mdtrt_id = f"M{self.adcode}{next(self.serial):06d}"
        record = {
            "mdtrt_id": mdtrt_id, "psn_no": self.psn(person), "fixmedins_code": hospital.code,
            "med_type": "21", "begntime": admitted, "endtime": discharged,
            "diag_code": "J18.900", "vali_flag": "1",
        }  # fmt: skip
        self.add("medical_visit", "medicare", **(record | row))
        psn_no = row.get("psn_no", record["psn_no"])
        first, last = (date.fromisoformat(day[:10]) for day in (admitted, discharged or admitted))
        for n in range((last - first).days if treated else 0):
            self.add(
                "medical_fee_line", "medicare", bkkp_sn=f"{mdtrt_id}-{n}", setl_id=None,
                mdtrt_id=mdtrt_id, psn_no=psn_no, fixmedins_code=hospital.code,
                hilist_code=AMOXICILLIN, cnt="1",
                fee_ocur_time=f"{days_after(str(first), n)} 10:00:00",
                det_item_fee_sumamt="10.00",
            )  # fmt: skip
        return mdtrt_id

    def sell(
        self, shop: Shop, setl_id: str | None, at: str = f"{DAY} 09:30:00", *,
        code: str | None = AMOXICILLIN, goods: str = "阿莫西林胶囊", kind: str | None = "药品",
        count: str = "1", price: str = "10.00", **row: object,
    ) -> str:  # fmt: skip
        """A till's row, for cash without a settlement; returns the receipt's number."""
        sale_no = str(row.pop("sale_no", f"T{next(self.serial)}"))
        record = {
            "sale_no": sale_no, "line_no": "1", "fixmedins_code": shop.code, "setl_id": setl_id,
            "hilist_code": code, "goods_name": goods, "goods_class": kind, "qty": count,
            "price": price, "sold_at": at,
        }  # fmt: skip
        self.add("drug_sale", "medicare", **(record | row))
        return sale_no

    def buy(self, shop: Shop, approval_no: str, count: str, on: str, **row: object) -> None:
        """A purchase, under the code of a designated shop or the licence of another."""
        buyer = {"fixmedins_code": shop.code} if shop.code else {"licence_no": shop.licence_no}
        record = {
            "purchase_no": f"G{next(self.serial)}", "line_no": "1", "approval_no": approval_no,
            "qty": count, "stocked_on": on,
        }  # fmt: skip
        self.add("drug_purchase", "medicare", **(record | buyer | row))

    def count_stock(self, shop: Shop, approval_no: str, count: str, on: str) -> None:
        """What a shop counted of a product."""
        self.add(
            "drug_stock_count", "medicare", fixmedins_code=shop.code, approval_no=approval_no,
            qty=count, counted_on=on,
        )  # fmt: skip

    def trace_code(self) -> str:
        """A code of twenty digits that nothing else bears."""
        return f"8348{next(self.serial):016d}"

    def ship(self, trace_code: str, shop: Shop, on: str, **row: object) -> None:
        """A wholesaler's shipment to a shop's licence."""
        record = {"trace_code": trace_code, "from_name": "某医药公司", "shipped_on": on,
                  "to_licence_no": shop.licence_no, "to_uscc": shop.uscc}  # fmt: skip
        self.add("trace_shipment", "drug", **(record | row))

    def die(
        self, person: Person, on: str | None, *, supplier: str = "health",
        recorded: str | None = None, **row: object,
    ) -> None:  # fmt: skip
        """A death as an agency records it."""
        record = {"name": person.name, "id_number": person.number, "died_on": on,
                  "recorded_on": recorded or on}  # fmt: skip
        self.add("death_record", supplier, **(record | row))

    def enforce(self, shop: Shop, cause: str, conduct: tuple[str, str], **row: object) -> str:
        """A decision against an institution; returns its number."""
        number = f"威医保罚〔2026〕{next(self.serial)}号"
        record = {
            "decision_no": number, "agency": "威宁县医疗保障局", "party_code": shop.code,
            "party": shop.name, "cause": cause, "conduct_from": conduct[0],
            "conduct_to": conduct[1], "decided_on": conduct[1],
        }  # fmt: skip
        self.add("medical_enforcement", "medicare", **(record | row))
        return number

    # files ---------------------------------------------------------------------------------
    def _empty_deliveries(self) -> None:
        for feed, supplier in FEEDS.items():
            if not any(delivered[0] == feed for delivered in self.rows):
                self.rows[feed, supplier, self.night] = []


def _turned(amount: str) -> str:
    return f"-{amount}".removeprefix("--")


def days_after(day: str, days: int) -> str:
    """A date so many days later (earlier when negative)."""
    return str(date.fromisoformat(day) + timedelta(days=days))


__all__ = ["ADCODE", "AMOXICILLIN", "DAY", "IBUPROFEN", "NIGHT", "Line", "MedCounty", "Shop"]
