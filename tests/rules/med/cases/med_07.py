"""MED-07: one stay billed as two."""

from tests.rules.county import Person
from tests.rules.med.county import AMOXICILLIN, DAY, WINDOW_FROM, Line, MedCounty, Shop, days_after

GASTRITIS, LUNG_CANCER = "K29.500", "C34.900"
DOCETAXEL, LETROZOLE = "XL01CDD085B002010100001", "XL02BGL052A001010100001"


def plant(c: MedCounty) -> None:
    c.add("medical_catalogue", "medicare", hilist_code=DOCETAXEL, name="多西他赛注射液",
          list_type="101", drug_class="抗肿瘤药")  # fmt: skip
    c.add("medical_catalogue", "medicare", hilist_code=LETROZOLE, name="来曲唑片",
          list_type="101", drug_class="抗肿瘤药")  # fmt: skip

    def stay(
        person: Person, hospital: Shop, start: str, nights: int | None, *,
        drug: str = AMOXICILLIN, **row: object,
    ) -> str:  # fmt: skip
        """A stay and, once it has ended, its bill."""
        until = f"{days_after(start, nights)} 10:00:00" if nights is not None else None
        visit = c.visit(hospital, person, f"{start} 09:00:00", until, **row)
        if until:
            c.settle(hospital, person, until, lines=(Line(drug),), pool="600.00", account="50.00",
                     med_type="21", mdtrt_id=visit)  # fmt: skip
        return visit

    def twice(
        what: str, push: str | None, gap: int = 3, *, start: str = DAY, nights: int | None = 5,
        amounts: tuple[str, str] | None = ("600.00", "50.00"), first: dict[str, str] | None = None,
        **second: object,
    ) -> Shop:  # fmt: skip
        """In hospital for four nights from `start`, and again so many days after."""
        hospital, person = c.hospital(), c.insured()
        one = stay(person, hospital, start, 4, **(first or {}))
        two = stay(person, hospital, days_after(start, 4 + gap), nights, **second)
        key = "|".join(sorted([one, two]))
        c.expect(what, "MED-07", key, push, amounts if push else None)
        return hospital

    twice("back on the third day", "auto")
    twice("tablets that are taken every day", "auto", drug=LETROZOLE)
    twice("back on the same day", None, 0)
    twice("back on the next day", "auto", 1)
    twice("back on the tenth day", "auto", 10)
    twice("back on the eleventh day", None, 11)
    twice("another illness", None, diag_code=GASTRITIS)
    twice("the same three characters", "auto", diag_code="J18.000")
    twice("no diagnosis", None, diag_code=None)
    twice("not discharged yet", "auto", nights=None, amounts=None)
    twice("the second visit is void", None, vali_flag="0")

    # one of the two says what it was for
    twice("chemotherapy", None, first={"diag_code": "Z51.102"}, diag_code="Z51.101")
    twice("in the chemotherapy ward", None, ward="化疗病区")
    twice("in the oncology ward", None, ward="肿瘤科", diag_code="J18.001")
    cancer: dict[str, str] = {"diag_code": LUNG_CANCER}
    twice("cancer", "auto", first=cancer, **cancer)
    twice("cancer, and the bill says chemotherapy", None, first=cancer, drug=DOCETAXEL, **cancer)
    twice("radiotherapy", None, first={"diag_code": "Z51.003"}, diag_code="Z51.003")
    twice("dialysis", None, first={"diag_code": "N18.001"}, diag_code="N18.001")
    twice("rehabilitation", None, first={"ward": "康复医学科"})
    twice("staged surgery", None, first={"diag_code": "Z47.001"}, diag_code="Z47.001")
    twice("a stoma is closed", None, first={"diag_code": "Z43.301"}, diag_code="Z43.301")
    twice("other planned care", None, first={"diag_code": "Z51.800"}, diag_code="Z51.800")
    twice("day surgery", None, med_type="27")
    twice("billed by the day", None, first={"med_type": "2105"}, med_type="2105")

    # only the stays in a row
    hospital, person = c.hospital(), c.insured()
    days = (0, 4, 8)
    first, second, third = (stay(person, hospital, days_after(DAY, n), 2) for n in days)
    for pair, push in (
        ((first, second), "auto"),
        ((second, third), "auto"),
        ((first, third), None),
    ):
        c.expect(f"of three stays {pair}", "MED-07", "|".join(sorted(pair)), push)
    hospital, person = c.hospital(), c.insured()
    first = stay(person, hospital, DAY, 2)
    stay(person, c.hospital(), days_after(DAY, 3), 2)
    third = stay(person, hospital, days_after(DAY, 6), 2)
    c.expect("elsewhere in between", "MED-07", "|".join(sorted([first, third])))
    hospital, person = c.hospital(), c.insured()
    pair = [stay(person, hospital, DAY, 2), stay(person, c.hospital(), days_after(DAY, 4), 2)]
    c.expect("two hospitals", "MED-07", "|".join(sorted(pair)))

    # two person numbers of one person, under one identity number
    hospital, person = c.hospital(), c.insured()
    again = {"psn_no": f"9{c.psn(person)}"}
    c.insured(person, **again)
    pair = [
        stay(person, hospital, DAY, 4),
        stay(person, hospital, days_after(DAY, 6), None, **again),
    ]
    c.expect("under two person numbers", "MED-07", "|".join(sorted(pair)), "auto")

    # the bill of either stay was taken back
    for taken_back in (0, 1):
        hospital, person = c.hospital(), c.insured()
        pair = [stay(person, hospital, days_after(DAY, n), 4) for n in (0, 6)]
        bills = c.rows["medical_settlement", "medicare", c.night]
        (bill,) = (row["setl_id"] for row in bills if row.get("mdtrt_id") == pair[taken_back])
        c.refund(bill, f"{days_after(DAY, 11)} 18:00:00")
        c.expect(f"bill {taken_back} was taken back", "MED-07", "|".join(sorted(pair)))

    # the window's first day, and the turn of a year
    before = days_after(WINDOW_FROM, -20)
    twice("discharged on the window's first day", "auto", 10, start=before, nights=6)
    twice("discharged on the day before", None, 10, start=before, nights=5)
    twice("settled in between at the end of the year", None, 1, start="2025-12-27")
    twice("two days after the end of the year", "auto", 2, start="2025-12-27")

    punished = twice("already dealt with", None)
    c.enforce(punished, "分解住院", (DAY, days_after(DAY, 20)))
    punished = twice("dealt with for something else", "auto")
    c.enforce(punished, "串换药品", (DAY, days_after(DAY, 20)))
