"""A clue through the nights: each expectation is a sentence of the rules' text."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.home import Home
from tests.dbt.lives import Compiled, Lives, Observed, Review, Seen

A = "MIN-05-000000000000000A"
B = "MIN-05-000000000000000B"
N1, N2, N3, N4 = "2023-08-31", "2023-09-30", "2023-10-31", "2023-11-30"


def run(lives: Lives, *nights: Observed) -> Lives:
    for night in nights:
        lives.night(night)
    return lives


def test_new_open_cleared_reopened(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)]), Observed(N3),
        Observed(N4, [Seen(A)]))  # fmt: skip
    assert lives.states(A) == {N1: "new", N2: "open", N3: "cleared", N4: "reopened"}
    clue = lives.clue(A)
    assert (str(clue["first_seen_on"]), str(clue["last_seen_on"])) == (N1, N4)
    assert clue["cleared_on"] is None


def test_a_cleared_clue_keeps_a_row_a_night_and_its_last_evidence(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A, "e1")]), Observed(N2, [Seen(A, "e2")]), Observed(N3),
        Observed(N4))  # fmt: skip
    assert lives.states(A) == {N1: "new", N2: "open", N3: "cleared", N4: "cleared"}
    assert str(lives.clue(A)["cleared_on"]) == N3
    assert [row["row_hash"] for row in lives.marts["clue_evidence"]] == ["e2"]


def test_conduct_that_left_the_window_expires_and_is_not_cleared(lives: Lives) -> None:
    """The window of the night 2023-10-31 begins on 2022-11-01."""
    seen = [Seen(A, conduct="2022-10-31"), Seen(B, conduct="2022-11-01")]
    run(lives, Observed(N1, seen), Observed(N3), Observed("2024-10-31"))
    assert lives.states(A) == {N1: "new", N3: "expired", "2024-10-31": "expired"}
    assert lives.states(B) == {N1: "new", N3: "cleared", "2024-10-31": "cleared"}
    assert lives.clue(A)["cleared_on"] is None
    assert "并非消除" in lives.card(A)["history_zh"]
    run(lives, Observed("2024-11-30", [Seen(A, conduct="2024-11-01")]))
    assert lives.states(A)["2024-11-30"] == "reopened"
    assert lives.card(A)["history_zh"] == "过期后再次命中"


def test_a_rule_that_was_not_evaluated_clears_nothing(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, outcome="NOT_EVALUATED"))
    assert lives.states(A) == {N1: "new", N2: "new"}
    run(lives, Observed(N3, [Seen(A)]), Observed(N4, outcome="NOT_EVALUATED"))
    assert lives.states(A) == {N1: "new", N2: "new", N3: "open", N4: "open"}
    assert lives.card(A)["history_zh"] == "本夜规则未评估，状态不变"
    run(lives, Observed("2023-12-31"))
    assert lives.states(A)["2023-12-31"] == "cleared"
    assert str(lives.clue(A)["cleared_on"]) == "2023-12-31"


def test_a_clue_that_hangs_on_a_rule_that_was_not_evaluated_is_not_cleared(lives: Lives) -> None:
    """Its own rule ran and could clear the other, whose breach another rule had judged."""
    run(lives, Observed(N1, [Seen(A), Seen(B)]), Observed(N2, unjudged=[A]),
        Observed(N3, [Seen(A)]), Observed(N4))  # fmt: skip
    assert lives.states(A) == {N1: "new", N2: "new", N3: "open", N4: "cleared"}
    assert lives.states(B) == {N1: "new", N2: "cleared", N3: "cleared", N4: "cleared"}
    assert str(lives.clue(A)["cleared_on"]) == N4


def test_a_refuted_clue_is_suppressed_while_its_evidence_stays(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-10", reason="同名")]
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)], refuted))
    assert lives.states(A) == {N1: "new", N2: "suppressed"}
    assert lives.clue(A)["review"] == "不属实"
    run(lives, Observed(N3, [Seen(A, "e2")], refuted), Observed(N4, [Seen(A, "e2")], refuted))
    assert lives.states(A) == {N1: "new", N2: "suppressed", N3: "reopened", N4: "open"}


def test_a_refutation_counts_on_a_night_that_did_not_evaluate_the_rule(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-10")]
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [], refuted, outcome="NOT_EVALUATED"))
    assert lives.states(A) == {N1: "new", N2: "suppressed"}
    assert lives.card(A)["history_zh"] == "2023-09-10 核查为不属实，证据未变，予以抑制"
    run(lives, Observed(N3, [Seen(A)], refuted), Observed(N4, [Seen(A, "e2")], refuted))
    assert lives.states(A) == {N1: "new", N2: "suppressed", N3: "suppressed", N4: "reopened"}


def test_a_refutation_of_other_evidence_suppresses_nothing_without_an_evaluation(
    lives: Lives,
) -> None:
    refuted = [Review(A, N1)]
    run(lives, Observed(N1, [Seen(A, "e1")]), Observed(N2, [Seen(A, "e2")]),
        Observed(N3, [], refuted, outcome="NOT_EVALUATED"))  # fmt: skip
    assert lives.states(A) == {N1: "new", N2: "open", N3: "open"}


def test_a_year_that_min_02_no_longer_judges_expires(lives: Lives) -> None:
    """The last two closed years of a night in 2025 are 2023 and 2024."""
    seen = [Seen(A, conduct="2022-01-01"), Seen(B, conduct="2023-01-01")]
    run(lives, Observed("2024-12-31", seen, rule="MIN-02"), Observed("2025-01-01", rule="MIN-02"))
    assert lives.states(A) == {"2024-12-31": "new", "2025-01-01": "expired"}
    assert lives.states(B) == {"2024-12-31": "new", "2025-01-01": "cleared"}
    assert lives.clue(A)["cleared_on"] is None


def test_a_refuted_clue_that_stops_firing_is_cleared(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-10")]
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)], refuted), Observed(N3, [], refuted))
    assert lives.states(A) == {N1: "new", N2: "suppressed", N3: "cleared"}


def test_new_evidence_reopens_before_the_suppression_was_ever_seen(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A, "e2")], [Review(A, "2023-09-10")]))
    assert lives.states(A) == {N1: "new", N2: "reopened"}
    assert lives.card(A)["history_zh"] == "核查为不属实后出现新证据"


def test_the_evidence_refuted_is_the_last_one_seen_by_the_day_of_the_review(lives: Lives) -> None:
    refuted = [Review(A, N2)]
    run(lives, Observed(N1, [Seen(A, "e1")]), Observed(N2, [Seen(A, "e2")]),
        Observed(N3, [Seen(A, "e2")], refuted))  # fmt: skip
    assert lives.states(A)[N3] == "suppressed"
    run(lives, Observed(N4, [Seen(A, "e1")], refuted))
    assert lives.states(A)[N4] == "reopened"


def test_a_suppression_has_no_end_while_the_evidence_stays(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-01")]
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)], refuted),
        Observed("2025-09-01", [Seen(A)], refuted))  # fmt: skip
    assert lives.states(A)["2025-09-01"] == "suppressed"
    assert lives.card(A)["history_zh"] == "2023-09-01 核查为不属实，证据未变，予以抑制"
    run(lives, Observed("2025-09-02", [Seen(A, "e2")], refuted))
    assert lives.states(A)["2025-09-02"] == "reopened"


def test_the_newest_review_counts(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)], [Review(A, "2023-09-10")]),
        Observed(N3, [Seen(A)], [Review(A, "2023-10-10", "属实立案")]))  # fmt: skip
    assert lives.states(A) == {N1: "new", N2: "suppressed", N3: "reopened"}
    assert lives.clue(A)["review"] == "属实立案"
    assert lives.card(A)["history_zh"] == "核查结果已变更，不再抑制"


def test_results_that_contradict_each_other_suppress_nothing_and_go_to_review(
    lives: Lives,
) -> None:
    disputed = [Review(A, "2023-09-10", "核查中", is_disputed=True)]
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)], disputed))
    assert lives.states(A) == {N1: "new", N2: "open"}
    pushed = {str(row["as_of"]): row["push"] for row in lives.marts["fct_clue_day"]}
    assert pushed == {N1: "auto", N2: "review"}
    assert (lives.clue(A)["push"], lives.clue(A)["review"]) == ("review", "核查中")
    assert lives.card(A)["history_zh"].endswith("；同日的核查结果互相矛盾，待复核")
    run(lives, Observed(N3, [Seen(A)], [Review(A, "2023-10-10", "属实立案")]))
    assert (lives.clue(A)["push"], lives.clue(A)["review"]) == ("auto", "属实立案")


def test_what_handlers_say_later_does_not_change_an_earlier_night(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)]),
        Observed(N3, [Seen(A)], [Review(A, "2023-09-10")]))  # fmt: skip
    assert lives.states(A) == {N1: "new", N2: "open", N3: "suppressed"}


HISTORY = (
    Observed(N1, [Seen(A), Seen(B)]),
    Observed(N2, [Seen(A, "e2")], [Review(B, "2023-09-10")]),
    Observed(N3, [], [Review(B, "2023-09-10")], outcome="NOT_EVALUATED"),
    Observed(N4, [Seen(A, "e2"), Seen(B)], [Review(B, "2023-09-10")]),
)


@pytest.fixture(scope="module")
def in_order(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Lives:
    return run(Lives(Home(tmp_path_factory.mktemp("in order")).make(), compiled), *HISTORY)


def test_nights_in_order(in_order: Lives) -> None:
    assert in_order.states(A) == {N1: "new", N2: "open", N3: "open", N4: "open"}
    assert in_order.states(B) == {N1: "new", N2: "cleared", N3: "cleared", N4: "suppressed"}


@pytest.mark.parametrize(
    "order",
    [(3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1), (0, 1, 2, 3, 1), (0, 1, 2, 3, 0, 3)],
    ids=str,
)
def test_nights_in_any_order_and_twice_give_the_same(
    lives: Lives, in_order: Lives, order: tuple[int, ...]
) -> None:
    run(lives, *(HISTORY[i] for i in order))
    assert lives.marts == in_order.marts


def test_marts_are_as_of_the_newest_night_when_an_earlier_one_runs_again(lives: Lives) -> None:
    run(lives, *HISTORY, HISTORY[0])
    assert {str(row["as_of"]) for row in lives.marts["fct_clue"]} == {N4}
    assert {str(row["as_of"]) for row in lives.marts["fct_rule_precision"]} == {N4}


def test_a_night_run_again_replaces_what_it_had_seen(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)]), Observed(N1, []))
    assert lives.states(A) == {N2: "new"}


def test_a_group_clue_lives_like_any_other_and_is_not_counted(lives: Lives) -> None:
    parent = "MIN-05-00000000000000FF"
    group = [Seen(parent, is_parent=True), Seen(A, parent=parent)]
    run(lives, Observed(N1, group), Observed(N2))
    assert lives.states(parent) == {N1: "new", N2: "cleared"}
    assert lives.clue(A)["parent_clue_id"] == parent
    (first, _) = lives.marts["fct_rule_run"]
    assert (first["clues"], first["new_clues"]) == (1, 1)


def test_counts_of_every_night_add_up(lives: Lives) -> None:
    run(lives, *HISTORY)
    runs = {str(row["as_of"]): row for row in lives.marts["fct_rule_run"]}
    assert [runs[n]["clues"] for n in (N1, N2, N3, N4)] == [2, 1, 0, 2]
    assert [runs[n]["new_clues"] for n in (N1, N2, N3, N4)] == [2, 0, 0, 0]
    assert [runs[n]["population"] for n in (N1, N2, N3, N4)] == [6, 5, 0, 6]


def test_the_day_by_which_to_check_runs_from_new_or_reopened(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A), Seen(B, severity="高")]), Observed(N2, [Seen(B)]),
        Observed(N3, [Seen(A), Seen(B, severity="高")]))  # fmt: skip
    assert lives.clue(A)["due_on"] == date(2023, 11, 3)  # reopened on 31 October, 紧急: 3 days
    assert lives.clue(B)["due_on"] == date(2023, 9, 15)  # new on 31 August, 高: 15 days


def test_precision_with_its_wilson_interval(lives: Lives) -> None:
    clues = [Seen(f"MIN-05-{i:016X}") for i in range(10)]
    verdicts = ["属实立案"] * 5 + ["属实未立案"] * 2 + ["不属实"] + ["核查中", "移送"]
    reviews = [
        Review(clue.clue_id, "2023-09-10", verdict, "同名" if verdict == "不属实" else None)
        for clue, verdict in zip(clues, verdicts, strict=True)
    ]
    run(lives, Observed(N1, clues), Observed(N2, clues, reviews))
    (row,) = lives.marts["fct_rule_precision"]
    assert (row["reviewed"], row["confirmed"], row["refuted"]) == (8, 7, 1)
    # by hand: (0.875 + 0.2401 ± 1.96 √(0.01367 + 0.01501)) / 1.4802
    assert (row["precision"], row["ci_low"], row["ci_high"]) == (0.875, 0.5291, 0.9776)
    assert row["top_refutation_reason"] == "同名"
    # by hand: of a share of 0.875 the half-width is 0.04986 at 170 reviews, 0.050004 at 169
    assert row["reviews_to_5_points"] == 170 - 8


def test_a_rule_without_reviews_needs_as_many_as_an_even_share(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]))
    (row,) = lives.marts["fct_rule_precision"]
    # by hand: 1.96² (1 / (4 · 0.05²) - 1) = 380.3
    assert (row["reviewed"], row["reviews_to_5_points"]) == (0, 381)


def test_a_clue_is_overdue_after_its_term_until_it_is_checked(lives: Lives) -> None:
    found = "2023-10-01"  # 紧急: three days
    run(lives, Observed(found, [Seen(A)]), Observed("2023-10-04", [Seen(A)]))
    assert str(lives.clue(A)["due_on"]) == "2023-10-04"
    assert lives.overdue() == {found: 0, "2023-10-04": 0}
    run(lives, Observed("2023-10-05", [Seen(A)]))
    run(lives, Observed("2023-10-06", [Seen(A)], [Review(A, "2023-10-06", "属实立案")]))
    assert lives.overdue() == {found: 0, "2023-10-04": 0, "2023-10-05": 1, "2023-10-06": 0}


def test_a_clue_that_comes_back_has_a_new_term(lives: Lives) -> None:
    run(lives, Observed(N1, [Seen(A)]), Observed(N2), Observed(N3, [Seen(A)]))
    assert lives.overdue() == {N1: 0, N2: 0, N3: 0}
    assert str(lives.clue(A)["due_on"]) == "2023-11-03"


def test_a_refuted_clue_on_other_evidence_waits_to_be_checked_again(lives: Lives) -> None:
    refuted = [Review(A, "2023-09-10")]
    run(lives, Observed(N1, [Seen(A)]), Observed(N2, [Seen(A)], refuted),
        Observed(N3, [Seen(A, "e2")], refuted))  # fmt: skip
    assert str(lives.clue(A)["due_on"]) == "2023-11-03"
    run(lives, Observed(N4, [Seen(A, "e2")], refuted))
    assert lives.overdue() == {N1: 0, N2: 0, N3: 0, N4: 1}
