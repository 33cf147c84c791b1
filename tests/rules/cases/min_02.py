"""MIN-02: in a closed year, somebody employed all through it was not screened."""

from tests.rules.county import County


def _school_with(c: County, **staff: object) -> tuple:
    """A school with one screened teacher, so that MIN-01 is out, and one to be judged."""
    school, person = c.staffed_school(), c.person()
    c.staff(school, person, screened=False, **staff)
    return school, person


def plant(c: County) -> None:
    school, person = _school_with(c)
    c.screen(school, person, "2021-12-20")
    c.case("one of two teachers not screened in 2022", "MIN-02", f"{school.key}#2022", "auto")
    c.case("the duty of 2021 is no year of the rule", "MIN-02", f"{school.key}#2021")
    c.case("2023 is not over", "MIN-02", f"{school.key}#2023")

    for answered, push in (("2022-01-01", None), ("2022-12-31", None), ("2023-01-01", "auto")):
        school, person = _school_with(c)
        c.screen(school, person, answered, screening_type="在职年度")
        c.case(f"answered {answered}", "MIN-02", f"{school.key}#2022", push)

    school, person = _school_with(c)
    c.screen(school, person, "2022-06-01", result="待核实")
    c.case("待核实 is no answer", "MIN-02", f"{school.key}#2022", "auto")

    for hired, push in (("2021-12-31", "auto"), ("2022-01-01", None)):
        school, person = _school_with(c, hired=hired)
        c.screen(school, person, "2021-12-20")
        c.case(f"hired {hired}", "MIN-02", f"{school.key}#2022", push)

    for left, push in (("2022-12-31", None), ("2023-01-01", "auto")):
        school, person = _school_with(c, left_on=left, post_status="离职")
        c.case(f"left {left}", "MIN-02", f"{school.key}#2022", push)

    school, _ = _school_with(c, post_status="长期病假")
    c.case("on sick leave today, employed in 2022", "MIN-02", f"{school.key}#2022", "auto")

    school, _ = _school_with(c, post="志愿者")
    c.case("a volunteer is no post", "MIN-02", f"{school.key}#2022")

    school, _ = _school_with(c, id_number="E12345678", id_type="护照")
    c.case("an unusable number never carries the rule alone", "MIN-02", f"{school.key}#2022")

    school, person = _school_with(c)
    c.screen(None, person, "2022-06-01")
    c.case("any employer's answer counts", "MIN-02", f"{school.key}#2022")

    school, person = _school_with(c)
    c.screen(school, person, "2022-06-01", result=None)
    c.case("answered, the result left blank: not 待核实", "MIN-02", f"{school.key}#2022")

    school, person = _school_with(c, hired="2015-09-01")
    c.staff(school, person, hired="2023-03-01", post="校(园)长", screened=False)
    c.case("promoted since, and still a teacher there", "MIN-02", f"{school.key}#2022", "auto")

    school, person = _school_with(c, left_on="2023-02-28", post_status="离职")
    c.staff(school, person, hired="2023-03-01", post="校(园)长", screened=False)
    c.case("a teacher all of 2022, principal since", "MIN-02", f"{school.key}#2022", "auto")
