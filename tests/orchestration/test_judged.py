"""A supervision model is judged when some rule of it has its feeds."""

from __future__ import annotations

from orchestration.judged import judged_models

SCHOOLS = {"institution_register", "staff_roster", "screening_record"}
FUND = {"medical_settlement", "medical_institution"}


def test_a_model_without_a_rule_that_could_be_judged_is_left_out() -> None:
    assert judged_models(SCHOOLS) == (["MIN"], ["MED"])
    assert judged_models(FUND) == (["MED"], ["MIN"])
    assert judged_models(SCHOOLS | FUND) == (["MED", "MIN"], [])


def test_one_of_several_feeds_is_enough_but_one_is_needed() -> None:
    """MIN-08: the register, and any of three kinds of records."""
    assert judged_models({"institution_register"} | FUND)[1] == ["MIN"]
    assert judged_models({"institution_register", "police_penalty"} | FUND)[1] == []


def test_with_nothing_all_models_say_that_they_cannot_be_judged() -> None:
    assert judged_models(set()) == (["MED", "MIN"], [])
