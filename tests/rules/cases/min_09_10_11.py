"""MIN-09, 10 and 11: what the court and this office left out about a convicted employee."""

from tests.rules.county import County, Person, person_key

BAN = {"ban_years": 5, "ban_scope": "禁止从事密切接触未成年人的工作"}
SERVED = {"served_education_on": "2023-03-01"}


def plant(c: County) -> None:
    def employee(hired: str = "2018-09-01") -> Person:
        """A former teacher: in a post until June 2022, gone since."""
        person = c.person()
        c.staff(c.staffed_school(), person, hired=hired, post_status="离职", left_on="2022-06-01")
        return person

    def convicted(person: Person, **row: object) -> str:
        return c.convict(person, **{
            "offence_from": "2022-05-01", "offence_to": "2022-05-10", "judged_on": "2023-01-10",
            "effective_on": "2023-01-25", **SERVED} | row)  # fmt: skip

    def judged(what: str, push: str | None, rule: str = "MIN-09", person=None, **row) -> None:
        person = person or employee()
        case_no = convicted(person, **row)
        subject = case_no if rule == "MIN-11" else f"{case_no}|{person.key}"
        c.case(what, rule, subject, push)

    judged("no ban ordered", "auto")
    judged("a ban was ordered", None, **BAN)
    judged("judged on the day the opinion took effect", "auto", judged_on="2022-11-15",
           effective_on="2022-11-30")  # fmt: skip
    judged("judged the day before", None, judged_on="2022-11-14", effective_on="2022-11-29")
    judged("theft", None, charges="盗窃罪")
    for last, push in (("2015-10-31", None), ("2015-11-01", "auto")):
        judged(f"the act ended on {last}", push, person=employee("2010-09-01"),
               offence_from="2015-10-01", offence_to=last)  # fmt: skip
    judged("hired after the act", None, person=employee("2022-05-20"))
    judged("the act began before the hire", None, person=employee("2022-05-05"))
    judged("only the judgment says so", "auto", person=c.person(), defendant_role="小学教师")
    judged("a retired teacher", None, person=c.person(), defendant_role="退休教师")
    judged("a farmer", None, person=c.person(), defendant_role="农民")
    judged("a child at the act, seven years", None,
           person=c.person(born="2005-01-01"), defendant_role="幼儿园教师",
           offence_from="2022-05-01", term_months=84)  # fmt: skip

    judged("not served, 31 days after it took effect", "auto", "MIN-11", **BAN,
           judged_on="2023-09-10", effective_on="2023-09-30",
           served_education_on=None)  # fmt: skip
    judged("30 days are still in time", None, "MIN-11", **BAN, judged_on="2023-09-10",
           effective_on="2023-10-01", served_education_on=None)  # fmt: skip
    judged("served", None, "MIN-11", **BAN)

    def charged(what: str, push: str | None, proposed: str | None, **row: object) -> None:
        person = employee()
        case_no = convicted(person, **BAN)
        number = f"威检一部受〔2022〕{next(c.serial)}号"
        record = {"case_no": number, "name": person.name, "id_number": person.number,
                  "charge": "猥亵儿童罪", "age_at_conduct": 37, "conduct_on": "2022-05-01",
                  "accepted_on": "2022-09-01", "outcome": "起诉", "charged_on": "2022-12-01",
                  "ban_proposed": proposed, "court_case_no": case_no, "sealed": "否"}  # fmt: skip
        c.add("prosecution_case", "procuratorate", **(record | row))
        subject = f"{number.replace('〔', '(').replace('〕', ')')}|{person.key}"
        c.case(what, "MIN-10", subject, push)

    charged("this office proposed no ban", "auto", "否")
    charged("it did", None, "是")
    charged("a blank is a note on the data, not a no", None, None)
    nobody = {"court_case_no": None}
    charged("a card without the court's number", "auto", "否", **nobody)
    charged("for a theft", None, "否", charge="盗窃罪", **nobody)

    judged("a place name is no former post", "auto", person=c.person(),
           defendant_role="草原镇中心小学教师")  # fmt: skip
    judged("a former teacher", None, person=c.person(), defendant_role="威宁县某小学原教师")

    for role, push in (
        ("贵州师范大学附属小学教师", "auto"),
        ("原系农民，现任小学教师", "auto"),
        ("中原幼儿园教师", "auto"),
        ("福利院护工", "auto"),
        ("小学教师亲属", None),
        ("冒充教师", None),
        ("前小学教师", None),
        ("党校教师", None),
    ):
        judged(f"its occupation: {role}", push, person=c.person(), defendant_role=role)

    # the crime has no victim but a girl under 14
    judged("lured a girl into prostitution, the victim's age left blank", "auto",
           charges="引诱幼女卖淫罪", victim_minor=None)  # fmt: skip
    judged("lured somebody into it, the victim's age left blank", None,
           charges="引诱卖淫罪", victim_minor=None)  # fmt: skip

    # by name, birth date and sex: the key is that of the roster, which has the number
    judged("the judgment has no number, and says teacher", "review", defendant_role="小学教师",
           id_number=None, born_on="1985-03-02")  # fmt: skip

    # nobody else knows the person: still by name, birth date and sex, with the key of those
    unnumbered = c.person()
    case_no = convicted(unnumbered, id_number=None, born_on="1985-03-02",
                        defendant_role="小学教师")  # fmt: skip
    key = person_key(f"{unnumbered.name}|1985-03-02|{unnumbered.sex}")
    c.case("only a judgment without a number says so", "MIN-09", f"{case_no}|~{key}", "review")

    charged("charged on a day left blank, decided in December", "auto", "否", charged_on=None,
            decided_on="2022-12-01")  # fmt: skip
