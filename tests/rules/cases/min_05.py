"""MIN-05: a person with a usable record of tier A in an active post."""

from tests.rules.county import County


def plant(c: County) -> None:
    def in_post(what: str, push: str | None, category: str = "幼儿园", **row: object):
        name = row.pop("person_name", None)
        school = c.staffed_school(
            category, supplier=row.pop("supplier", "edu"), delivered=row.get("delivered")
        )
        person = c.person(name)
        c.staff(school, person, **row)
        c.case(what, "MIN-05", school.post(person), push)
        return school, person

    def convicted(what: str, push: str | None, post: dict | None = None, **row: object):
        school, person = in_post(what, push, **(post or {}))
        c.convict(person, **row)
        return school, person

    convicted("convicted of molesting a child", "auto")
    convicted("rape", "auto", charges="强奸罪")
    convicted("intentional injury, tier A everywhere", "auto", post={"category": "校外培训机构"},
              charges="故意伤害罪")  # fmt: skip
    convicted("one charge of several is enough", "auto", charges="盗窃罪、猥亵儿童罪")
    convicted("theft is no record here", None, charges="盗窃罪")
    convicted("tier B gives no clue", None, charges="抢劫罪")
    convicted("another name under the same number", "review", name="另姓某")
    convicted("the separator of a name does not matter", "auto",
              post={"person_name": "阿尔·木呷"}, name="阿尔木呷")  # fmt: skip
    convicted("a name cut off after four characters", "auto",
              post={"person_name": "阿尔木呷·曲比"}, name="阿尔木呷")  # fmt: skip
    convicted("traditional characters", "auto", post={"person_name": "马艳丽"}, name="馬艷麗")
    convicted("three characters of a longer name", "review",
              post={"person_name": "阿尔木·呷呷"}, name="阿尔木")  # fmt: skip
    convicted("the beginning of a name without a separator", "review",
              post={"person_name": "欧阳小明华"}, name="欧阳小明")  # fmt: skip
    convicted("no number, name and birth date fit", "review", id_number=None, born_on="1985-03-02")
    convicted("a name alone is nothing", None, id_number=None)
    convicted("acquitted on retrial", None, retrial="改判无罪", retrial_on="2021-01-01")
    convicted("judgment quashed", None, retrial="撤销", retrial_on="2021-01-01")
    convicted("retrial pending", "review", retrial="再审中", retrial_on="2023-01-01")
    convicted("guilty again on retrial", "review", retrial="改判有罪", retrial_on="2021-01-01")
    convicted("exempted from punishment", "review", principal_penalty="免予刑事处罚",
              term_months=None)  # fmt: skip
    convicted("acquitted", None, principal_penalty="无罪", term_months=None)
    convicted("not yet effective", None, judged_on="2023-10-20", effective_on="2023-11-01")
    convicted("sealed", None, sealed="是")
    convicted("no word on sealing", None, sealed=None)
    convicted("a child at the act, five years", None, post={}, offence_from="2003-03-01",
              offence_to="2003-03-01", term_months=60)  # fmt: skip
    convicted("a child at the act, more than five years", "auto", offence_from="2003-03-01",
              offence_to="2003-03-01", term_months=61)  # fmt: skip

    convicted("leaves tomorrow", "auto", post={"left_on": "2023-11-01"})
    convicted("left on the night", None, post={"left_on": "2023-10-31"})
    convicted("has left", None, post={"post_status": "离职", "left_on": "2023-09-01"})
    convicted("a volunteer", None, post={"post": "志愿者"})
    convicted("on long sick leave", None, post={"post_status": "长期病假"})
    convicted("seconded away", None, post={"post_status": "借调"})
    convicted("teaching elsewhere for a while", "auto", post={"post_status": "支教"})
    convicted("hired some day this year: perhaps not yet", None,
              post={"hired": "2023年", "screened": False})  # fmt: skip
    convicted("a roster of 120 days ago", "auto", post={
        "category": "校外培训机构", "supplier": "sport", "delivered": "2023-07-03"})  # fmt: skip
    convicted("a roster of 121 days ago", None, post={
        "category": "校外培训机构", "supplier": "culture", "delivered": "2023-07-02"})  # fmt: skip

    def penalised(what: str, push: str | None, category: str = "小学", **row: object) -> None:
        _, person = in_post(what, push, category)
        record = {"decision_no": f"威公（治）罚决字〔2021〕{next(c.serial)}号", "name": person.name,
                  "id_number": person.number, "cause": "猥亵", "conduct_on": "2021-04-01",
                  "decided_on": "2021-04-20", "penalty": "行政拘留", "victim_under_14": "否",
                  "sealed": "否"}  # fmt: skip
        c.add("police_penalty", "police", **(record | row))

    penalised("penalised for molestation, in a school", "auto")
    penalised("penalties count in schools only", None, "校外培训机构")
    penalised("penalty revoked", None, revoked="撤销", revoked_on="2022-01-01")
    penalised("penalty changed", "review", revoked="变更", revoked_on="2022-01-01")
    penalised("penalised for brawling", None, cause="殴打他人")

    def not_prosecuted(what: str, push: str | None, **row: object) -> None:
        _, person = in_post(what, push, "小学")
        record = {"case_no": f"威检一部受〔2021〕{next(c.serial)}号", "name": person.name,
                  "id_number": person.number, "charge": "猥亵儿童罪", "age_at_conduct": 36,
                  "conduct_on": "2021-04-01", "accepted_on": "2021-05-01",
                  "outcome": "相对不起诉", "decided_on": "2021-06-01", "sealed": "否"}  # fmt: skip
        c.add("prosecution_case", "procuratorate", **(record | row))

    not_prosecuted("discretionary non-prosecution for molestation", "auto")
    not_prosecuted("non-prosecution for doubt", None, outcome="存疑不起诉")
    not_prosecuted("statutory non-prosecution", None, outcome="法定不起诉")
    not_prosecuted("only for rape and molestation", None, charge="故意伤害罪")

    known, person = c.staffed_school(), c.person()
    c.staff(known, person)
    c.convict(person)
    c.case("in post under the own name", "MIN-05", known.post(person), "auto")
    mistyped = c.staffed_school()
    c.staff(mistyped, person, name="另姓某")
    c.case("somebody else's number in another roster", "MIN-05", mistyped.post(person), "review")

    for what, second in (
        ("a volunteer there besides", {"post": "志愿者"}),
        ("gave up a second job there", {"post": "宿管", "post_status": "离职",
                                        "left_on": "2023-06-30"}),
    ):  # fmt: skip
        school, person = c.staffed_school(), c.person()
        c.staff(school, person)
        c.staff(school, person, hired="2022-09-01", screened=False, **second)
        c.convict(person)
        c.case(what, "MIN-05", school.post(person), "auto")

    school, person = c.staffed_school("小学", name="草海镇第四小学"), c.person()
    c.staff(school, person, uscc=None, institution="威宁彝族回族苗族自治县草海镇四小")
    c.convict(person)
    c.case("the roster writes the school's name otherwise", "MIN-05", school.post(person), "auto")
