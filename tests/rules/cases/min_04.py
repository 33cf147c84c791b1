"""MIN-04: a teacher's certificate that the law took away and nobody collected."""

from tests.rules.county import County


def plant(c: County) -> None:
    def judged(what: str, push: str | None, status: str = "有效", holder: str | None = None, **row):
        person = c.person(born="1980-06-07", sex="男")
        c.add("teacher_qualification", "edu", certificate_no=f"2010{next(c.serial):013d}",
              name=holder or person.name, id_number=person.number, status=status)  # fmt: skip
        c.convict(person, **{"charges": "故意伤害罪", **row})
        c.case(what, "MIN-04", person.key, push)

    judged("intentional crime, fixed-term imprisonment", "auto")
    judged("any intentional crime", "auto", charges="盗窃罪")
    judged("probation counts", "auto", probation_months=36)
    judged("criminal detention is too light", None, principal_penalty="拘役", term_months=4)
    judged("unless political rights were taken", "auto", principal_penalty="拘役",
           term_months=4, political_rights="是")  # fmt: skip
    judged("negligence", None, charges="交通肇事罪")
    judged("intent and negligence in one sentence", "review", charges="盗窃罪、交通肇事罪")
    judged("effective on the night", "auto", judged_on="2023-10-20", effective_on="2023-10-31")
    judged("not yet effective", None, judged_on="2023-10-20", effective_on="2023-11-01")
    judged("acquitted on retrial", None, retrial="改判无罪", retrial_on="2020-01-01")
    judged("certificate already withdrawn", None, status="丧失")
    judged("the number fits, the name does not", "review", holder="另姓某")
    judged("no number: name, birth date and sex fit", "review",
           id_number=None, born_on="1980-06-07")  # fmt: skip
    judged("no number and another birth date", None, id_number=None, born_on="1980-06-08")
    judged("no number, no birth date: a name is nothing", None, id_number=None)
