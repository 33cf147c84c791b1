"""MIN-14: an institution that serves minors and stands in nobody's register."""

import hashlib

from tests.rules.county import County, credit_code


def plant(c: County) -> None:
    def registered(what: str, push: str | None, scope: str, opened: str = "2020-01-01", **row):
        n = next(c.serial)
        uscc = credit_code(n, "91520526MA")
        record = {"uscc": uscc, "name": f"威宁县试{n}号服务部", "business_scope": scope,
                  "opened_on": opened, "status": "存续"}  # fmt: skip
        c.add("business_registration", "market", **(record | row))
        c.case(what, "MIN-14", str((record | row)["uscc"]), push)

    registered("child care in its scope", "review", "婴幼儿托育服务")
    registered("61 days old", "review", "托育服务", opened="2023-08-31")
    registered("60 days old", None, "托育服务", opened="2023-09-01")
    registered("explicitly without", None, "家政服务（不含托育服务）")
    registered("sells goods for children", None, "婴幼儿用品销售；玩具销售")
    registered("closed", None, "托育服务", status="注销", closed_on="2023-01-01")

    known = c.staffed_school("托育机构", supplier="health")
    registered("in a register", None, "托育服务", uscc=known.uscc, name=known.name)

    for insured, push in ((2, "review"), (1, None)):
        n = next(c.serial)
        uscc, name = credit_code(n, "91520526MA"), f"威宁县试{n}号幼儿园"
        c.add("business_registration", "market", uscc=uscc, name=name, opened_on="2020-01-01",
              status="存续", business_scope="教育咨询")  # fmt: skip
        for _ in range(insured):
            person = c.person()
            c.add("social_insurance", "hrss", unit_no=f"U{n}", uscc=uscc, unit_name=name,
                  name=person.name, id_number=person.number, insured_from="202301")  # fmt: skip
        c.case(f"a kindergarten by name, {insured} insured", "MIN-14", uscc, push)

    for scope, push in (
        ("农业生产托管服务；土地整治服务", None),
        ("计算机系统服务；服务器托管", None),
        ("物业管理；资产托管", None),
        ("房屋拆除、学生托管服务", "review"),
        ("中小学生校外托管服务（不含住宿）", "review"),
        ("市场主体自主选择经营。（小学生托管服务，不含学科类培训）", "review"),
        ("职业技能培训，不招收中小学生", None),
        ("学校、幼儿园食堂配送", None),
        ("除托育服务外的家政服务", None),
        ("除校外托管服务外的教育咨询", None),
        ("玩具销售 托育服务", "review"),
        ("玩具销售|托育服务", "review"),
        ("玩具销售/托育服务", "review"),
        ("玩具销售\n托育服务", "review"),
        ("儿童编程培训", "review"),
        ("互联网上网服务（不接纳未成年人）", None),
        ("酒吧（谢绝未成年人）", None),
        ("未成年人禁入的游艺娱乐", None),
        ("校外培训场地出租", None),
        ("托育服务（不含幼儿园）；除依法须经批准的项目外，凭营业执照自主经营", "review"),
    ):
        registered(f"its scope: {scope}", push, scope)

    for coded in (True, False):
        n = next(c.serial)
        uscc, name = credit_code(n, "91520526MA"), f"威宁县试{n}号幼儿园"
        c.add("business_registration", "market", uscc=uscc if coded else None, name=name,
              opened_on="2020-01-01", status="存续", business_scope="教育咨询")  # fmt: skip
        for _ in range(2):
            person = c.person()
            c.add("social_insurance", "hrss", unit_no=f"U{n}", uscc=None if coded else uscc,
                  unit_name=name, name=person.name, id_number=person.number,
                  insured_from="202301")  # fmt: skip
        key = uscc if coded else f"name:520526:试{n}号幼儿园"
        c.case(f"credit code only in the {'register' if coded else 'insurance'}", "MIN-14", key,
               "review")  # fmt: skip

    n = next(c.serial)
    registered("penalised for it already, without its credit code", None, "托育服务",
               name=f"威宁县试{n}号托育中心")  # fmt: skip
    c.add("enforcement_action", "edu", action_no=f"威教罚〔2023〕{n}号", authority="教育科技局",
          institution=f"试{n}号托育中心", finding_code="无证办学", decision_no=f"罚{n}",
          decided_on="2023-05-01", penalty="罚款")  # fmt: skip

    # one unit, insured in two counties under a name that only its own shortens
    n = next(c.serial)
    uscc, name = credit_code(n, "91520526MA"), f"威宁县试{n}号幼儿园"
    c.add("business_registration", "market", uscc=uscc, name=name, opened_on="2020-01-01",
          status="存续", business_scope="教育咨询")  # fmt: skip
    for county, insured in ((c, 2), (c.neighbour("520524"), 1)):
        for _ in range(insured):
            person = c.person()
            county.add("social_insurance", "hrss", unit_no=f"U{n}", uscc=uscc, unit_name=name,
                       name=person.name, id_number=person.number,
                       insured_from="202301")  # fmt: skip
    c.case("a kindergarten insured in two counties", "MIN-14", uscc, "review")

    # first without its credit code: the clue keeps the key that it had
    def traced(what: str, **before) -> None:
        n = next(c.serial)
        uscc, name = credit_code(n, "91520526MA"), f"威宁县试{n}号托管部"
        record = {"name": name, "opened_on": "2020-01-01", "status": "存续",
                  "business_scope": "小学生托管服务", "registration_no": f"52{n:013d}"}  # fmt: skip
        c.add("business_registration", "market", "2023-06-30", **(record | before))
        c.add("business_registration", "market", uscc=uscc, **record)
        c.case(what, "MIN-14", f"name:520526:试{n}号托管部", "review")
        c.case(f"{what}, by its code", "MIN-14", uscc)

    traced("its credit code became known later")
    traced("the same, its number not known before", registration_no=None)

    n = next(c.serial)
    for number, status in ((1, "存续"), (2, "注销")):
        c.add("business_registration", "market", name=f"威宁县试{n}号托管部", status=status,
              opened_on="2020-01-01", business_scope="小学生托管服务",
              registration_no=f"53{number:013d}")  # fmt: skip
    c.case("one of two of the name was closed", "MIN-14", f"name:520526:试{n}号托管部", "review")

    n = next(c.serial)
    for number, status, scope in ((3, "存续", "五金零售"), (4, "注销", "小学生托管服务")):
        c.add("business_registration", "market", name=f"威宁县试{n}号经营部", status=status,
              opened_on="2020-01-01", business_scope=scope,
              registration_no=f"53{number:013d}")  # fmt: skip
    c.case("the one that served minors was closed", "MIN-14", f"name:520526:试{n}号经营部")

    # a trader under no name but the own: no open mart may have it in a key
    for numbered in (True, False):
        person = c.person(name="马小花" if numbered else "马大花")
        c.add("business_registration", "market", name=person.name, opened_on="2020-01-01",
              status="存续", business_scope="小学生托管服务", legal_representative=person.name,
              legal_representative_id=person.number if numbered else None)  # fmt: skip
        pseudonym = person.key if numbered else hashlib.sha256(person.name.encode()).hexdigest()
        c.case(f"a trader by name, {'with' if numbered else 'without'} a number", "MIN-14",
               f"name:520526:{pseudonym}", "review")  # fmt: skip
