"""MIN-13: molesting a child under 14 ended as an administrative penalty."""

from tests.rules.county import County, Person


def plant(county: County) -> None:
    c = county

    def penalised(what: str, push: str | None, **row: object) -> tuple[Person, str]:
        person = c.person(sex="男")
        number = f"威公（治）罚决字〔2023〕{next(c.serial)}号"
        record = {"decision_no": number, "name": person.name, "id_number": person.number,
                  "cause": "猥亵", "conduct_on": "2023-05-10", "decided_on": "2023-05-20",
                  "penalty": "行政拘留", "victim_under_14": "是", "sealed": "否"}  # fmt: skip
        c.add("police_penalty", "police", **(record | row))
        key = number.translate(str.maketrans("（）〔〕", "()()"))
        c.case(what, "MIN-13", key, push)
        return person, number

    def filed(person: Person, conduct: str, **row: object) -> None:
        record = {"acceptance_no": f"A{next(c.serial)}", "name": person.name,
                  "id_number": person.number, "cause": "猥亵儿童", "conduct_on": conduct,
                  "accepted_on": "2023-05-21", "filing_no": f"B{next(c.serial)}",
                  "filed_on": "2023-05-22"}  # fmt: skip
        c.add("police_case", "police", **(record | row))

    penalised("penalised, never filed", "auto")
    penalised("the victim was older", None, victim_under_14="否")
    penalised("another cause", None, cause="殴打他人")
    penalised("revoked", None, revoked="撤销", revoked_on="2023-07-01")
    penalised("offender's age unknown", "review", id_number=None)
    filed(penalised("filed, the same act three days apart", None)[0], "2023-05-13")
    filed(penalised("filed for another act, four days apart", "auto")[0], "2023-05-14")
    filed(penalised("filed and withdrawn", "review")[0], "2023-05-10", withdrawn_on="2023-07-01")
    filed(penalised("accepted, not filed", "auto")[0], "2023-05-10", filing_no=None, filed_on=None)

    _, number = penalised("filed with a reference to the decision", None)
    filed(c.person(), "2023-01-01", penalty_decision_no=number)

    filed(penalised("filed, the day of filing left blank", None)[0], "2023-05-10", filed_on=None)

    # of an old decision nothing proves that no case was filed; the new ones are judged all the same
    c = county.neighbour("520523")
    c.proven_from = "2023-05-10"
    penalised("an act on the first day that is proven", "auto")
    penalised("an act of the day before", None, conduct_on="2023-05-09")
    penalised("an act of 2012", None, conduct_on="2012-05-10", decided_on="2012-05-20")
