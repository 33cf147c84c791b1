"""MIN-04 to MIN-08: people with a record, at work with minors or in charge of those who are."""

from ingest.simulate.stage import Stage


def play(stage: Stage, copies: int) -> None:
    """Play the cases of the rules on records."""
    for n in range(3 * copies):
        post = stage.post(posts=["保安", "食堂人员", "保育员"], hired_after="2018-01-01")
        judged_person(stage, stage.person_of(post))
        stage.expect(f"05-convict-{n}", "MIN-05", stage.subject_of(post), carriers=[post])


def judged_person(stage: Stage, person: int, **columns: object) -> str:
    """A conviction long before the post, served and released; its uid."""
    who = stage.person(person)
    row = {
        "name": who["name"], "id_number": who.id_number, "born_on": who.born, "sex": who.sex,
        "charges": "强奸罪", "offence_from": "2014-03-02", "offence_to": "2014-03-02",
        "judged_on": "2014-09-10", "effective_on": "2014-09-21", "principal_penalty": "有期徒刑",
        "term_months": 30, "political_rights": "否", "injunction": "否", "victim_minor": "否",
        "defendant_role": "农民", "retrial": "无", "sealed": "否",
        "adcode": "520526", "supplier": "court",
    } | columns
    return stage.truth.add("criminal_judgment", day=row["judged_on"], **row)
