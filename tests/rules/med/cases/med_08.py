"""MED-08: beds without patients, and more patients than beds."""

from collections.abc import Iterable

from tests.rules.med.county import DAY, MedCounty, Shop, days_after

BED, NURSING, EXAM = "110900001000000", "120100003000000", "250101015000000"
NAMES = {BED: "普通病房床位费", NURSING: "Ⅱ级护理", EXAM: "血细胞分析"}
NIGHTS = 5
ALL = range(NIGHTS)


def plant(c: MedCounty) -> None:
    for code, name in NAMES.items():
        c.add("medical_catalogue", "medicare", hilist_code=code, name=name, list_type="201")

    def line(visit: str | None, bill: str | None, hospital: Shop, psn: str, day: str, code: str,
             at: str = "08:30:00") -> None:  # fmt: skip
        c.add(
            "medical_fee_line", "medicare", bkkp_sn=f"B{next(c.serial)}", setl_id=bill,
            mdtrt_id=visit, psn_no=psn, fixmedins_code=hospital.code, fee_ocur_time=f"{day} {at}",
            hilist_code=code, hilist_name=NAMES[code], pric="30.00", cnt="1",
            det_item_fee_sumamt="30.00", inscp_amt="30.00",
        )  # fmt: skip

    def stay(
        what: str, push: str | None, busy: Iterable[int], *, start: str = DAY, nights: int = NIGHTS,
        care: Iterable[int] | None = None, open_end: bool = False, settled: bool = True,
        manual: bool = False, named: bool = True, hospital: Shop | None = None,
        pending: Iterable[int] = (), **row: object,
    ) -> Shop:  # fmt: skip
        """A stay from `start`, with an examination on the busy days and a bed on all (or `care`).

        `named`: its lines bear the visit's number; on the pending days one is not settled yet.
        """
        hospital, person = hospital or c.hospital(), c.insured()
        until = f"{days_after(start, nights)} 10:00:00"
        visit = c.visit(hospital, person, f"{start} 09:00:00", None if open_end else until,
                        treated=False, **row)  # fmt: skip
        bill = None
        if settled:
            bill = c.settle(
                hospital, person, until, lines=(), pool="900.00", account="50.00",
                medfee_sumamt="1000.00", med_type="21", mdtrt_id=visit,
                setl_type="1" if manual else "2",
            )  # fmt: skip
        who = (hospital, c.psn(person))
        for n in range(nights) if care is None else care:
            for code in (BED, NURSING):
                line(visit if named else None, bill, *who, days_after(start, n), code)
        for n in busy:
            line(visit if named else None, bill, *who, days_after(start, n), EXAM)
        for n in pending:
            line(visit, None, *who, days_after(start, n), EXAM)
        c.expect(what, "MED-08", visit, push, ("900.00", "50.00") if push else None)
        return hospital

    stay("three of five days idle", "auto", (0, 1))
    stay("two of five days idle", None, (0, 1, 2))
    stay("nothing but bed and nursing", "auto", ())
    stay("no line on the idle days", "auto", (0, 1), care=())
    stay("no line at all", "auto", (), care=())
    stay("three days", "auto", (0,), nights=3)
    stay("two days", None, (), nights=2)
    stay("six of ten days idle", "auto", range(4), nights=10)
    stay("five of ten days idle", None, range(5), nights=10)
    stay("the day of discharge is no day of the stay", "auto", (0, 1, NIGHTS))
    stay("drugs to take home, and nothing before", "auto", (NIGHTS,), care=())
    stay("all dated by the bill, the bed as well", None, (NIGHTS,), care=(NIGHTS,))
    stay("treatment that is not settled yet", None, (0, 1), pending=(2,))
    stay("lines that name only the bill: busy", None, (0, 1, 2), named=False)
    stay("lines that name only the bill: idle", "auto", (0, 1), named=False)
    stay("not settled", None, (), settled=False)
    stay("not discharged", None, (), open_end=True)
    stay("void", None, (), vali_flag="0")

    stay("psychiatric", None, (), diag_code="F20.900")
    stay("in the psychiatric ward", None, (), ward="精神科")
    stay("long-term care", None, (), ward="长期护理病区")
    stay("day ward", None, (), ward="日间病房")
    stay("billed by the day", None, (), med_type="2105")
    stay("newborn", None, (), diag_code="Z38.000")
    stay("on leave", None, (), ward="内科（请假）")
    stay("reimbursed by the centre", None, (), manual=True)
    # 2026's spring festival: from Sunday 15 to Monday 23 February
    stay("idle over the spring festival", None, (0, 1, 2), start="2026-02-12", nights=8)
    stay("idle before the spring festival as well", "auto", (), start="2026-02-12", nights=8)

    # the bill was taken back
    hospital, person = c.hospital(), c.insured()
    until = f"{days_after(DAY, NIGHTS)} 10:00:00"
    visit = c.visit(hospital, person, f"{DAY} 09:00:00", until, treated=False)
    c.refund(c.settle(hospital, person, until, pool="4.00", med_type="21", mdtrt_id=visit), until)
    c.expect("taken back", "MED-08", visit)

    stay("within the window", "auto", (), start="2025-06-29", nights=3)
    stay("the last day lies before the window", None, (), start="2025-06-28", nights=3)

    punished = c.hospital()
    c.enforce(punished, "挂床住院", (DAY, DAY))
    stay("already dealt with", None, (), hospital=punished)

    _beds(c)


def _beds(c: MedCounty) -> None:
    def days(
        what: str, push: str | None, *, patients: int = 12, nights: int = 3, **stay: object
    ) -> Shop:
        """So many patients for so many days in an institution of ten beds."""
        hospital = c.hospital(beds="10")
        until = f"{days_after(DAY, nights)} 10:00:00"
        for _ in range(patients):
            c.visit(hospital, c.insured(), f"{DAY} 09:00:00", until, **stay)
        for n in range(nights + 1):
            key = f"{hospital.code}|{days_after(DAY, n)}"
            c.expect(f"{what}, day {n}", "MED-08", key, push if n < nights else None)
        return hospital

    days("twelve patients in ten beds on three days", "auto")
    days("eleven patients", None, patients=11)
    days("on two days only", None, nights=2)
    days("void visits", None, vali_flag="0")
    days("psychiatric patients", None, diag_code="F20.900")
    days("newborns", None, diag_code="Z38.000")
    punished = days("already dealt with", None)
    c.enforce(punished, "虚假住院", (DAY, days_after(DAY, 5)))

    # the same person twice is one patient
    hospital, until = c.hospital(beds="10"), f"{days_after(DAY, 3)} 10:00:00"
    patients = [c.insured() for _ in range(11)]
    visits = [c.visit(hospital, p, f"{DAY} 09:00:00", until) for p in [*patients, patients[-1]]]
    c.expect("one patient under two visits", "MED-08", f"{hospital.code}|{DAY}")
    c.expect("which overlap", "MED-06", "|".join(visits[-2:]), "auto")
