"""What a board paper says: known answers, a note at every number, nothing missing told as zero."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from jobs.papers.content import board_paper
from jobs.papers.limits import ties
from jobs.papers.tree import Approval, Figure, Material, Said, letter_of
from jobs.standing import Standing

WEIGHTS = {"prevalence": 2, "opportunity": 3, "struggle": 2, "business": 2, "fit": 1, "feasibility": 0}


def standing(rank: int | None, statement: str = "", **numbers: Any) -> Standing:
    """A job heard in 7 of 12 interviews, with everything known but strategic fit."""
    known = {
        "k": 7,
        "n": 12,
        "wilson.0": 0.3195,
        "wilson.1": 0.8067,
        "rank_low": 1,
        "rank_high": 4,
        "p_top3": 0.75,
        "score": 67.2,
        "coverage": 0.9,
        "opportunity": 14.0,
        "importance": 9.0,
        "satisfaction": 4.0,
        "raters.importance": 3,
        "raters.satisfaction": 4,
        "raters.business": 2,
        "values.business": 0.6,
        "contributions.opportunity": 25.0,
        "contributions.prevalence": 12.7,
        "contributions.struggle": 16.7,
        "contributions.business": 12.8,
        "struggle.0": 3.0,
        "struggle.1": 5,
        "balance.lean": "promoting",
        "supporting": 11,
        "contradicting": 2,
        "tie": rank or 0,
    }
    return Standing(rank, statement or f"Get job {rank} done", rank, known | numbers)


def material(*standings: Standing, **changes: Any) -> Material:
    plain = Material(
        study="The second car",
        question="Why a bike?",
        switch="a car for a bike",
        frame="Families in town.",
        on=date(2026, 5, 14),
        made_at=datetime(2026, 5, 20, 9, 30, tzinfo=UTC),
        n=12,
        draws=2000,
        seed=7,
        weights=WEIGHTS,
        method={"held_from": "2026-03-01", "held_to": "2026-04-02", "elements": 376, "weights_version": 1},
        standings=standings,
    )
    return replace(plain, **changes)


def words(line: Any) -> str:
    return "".join(part if isinstance(part, str) else part.text for part in line)


def figures(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, dict):
        mine = [node] if set(node) == {"text", "mark"} else []
        return mine + [found for value in node.values() for found in figures(value)]
    return [found for value in node for found in figures(value)] if isinstance(node, list | tuple) else []


def test_page_one_says_what_was_approved_by_whom_and_what_changed() -> None:
    approval = Approval("Board", "Ruth", date(2026, 5, 14), "Go", "2 jobs moved")

    paper = board_paper(material(standing(1), approval=approval))

    asked = board_paper(material(standing(1), approval=replace(approval, note="Go?")))
    assert paper.standing == "Approved as “Board” by Ruth on 14 May 2026. “Go”. Since then: 2 jobs moved."
    assert asked.standing.endswith("“Go?” Since then: 2 jobs moved.")
    assert paper.dates == "Made on 20 May 2026, 09:30 from the numbers of 14 May 2026."
    assert board_paper(material(standing(1))).standing.startswith("Not approved")


def test_the_summary_counts_and_warns() -> None:
    first, leading, *_ = board_paper(material(standing(1), standing(2))).summary.entries

    assert words(first.text) == (
        "2 jobs ranked from 12 interviews held from 1 March 2026 to 2 April 2026. "
        "Interview counts are not market shares. The first 2, each with the ranks it could have:"
    )
    assert words(leading.text) == (
        "Rank 1 (1 to 4), heard in 7 of 12 interviews (32 to 81 %), "
        "among the first three in 75 % of simulated rankings."
    )


def test_each_number_has_a_note_with_what_it_is_of_and_the_day() -> None:
    paper = board_paper(material(standing(1), standing(2), standing(None, gate="Needs more.")))

    for part in (paper.summary, paper.ranking, *paper.jobs, paper.method, paper.limits):
        found = figures(asdict(part))
        assert found
        assert {figure["mark"] for figure in found} == set(range(1, len(part.notes) + 1))
        assert all(re.search(r"n = [\d,]+ \w+.*, 14 May 2026\.$", note) for note in part.notes)


def test_notes_name_who_was_asked() -> None:
    page = board_paper(material(standing(1))).jobs[0]
    notes = {fact.label: page.notes[fact.value.mark - 1] for fact in page.facts}

    assert notes["Heard in"].endswith("n = 12 interviews, 14 May 2026.")
    assert notes["Opportunity"].endswith("not by customers: a direction only. n = 3 colleagues, 14 May 2026.")
    assert notes["Struggle"].endswith("n = 5 interviews, 14 May 2026.")
    assert notes["Forces lean"].endswith("n = 7 interviews, 14 May 2026.")


def test_a_score_is_noted_with_what_each_part_of_it_is_counted_from() -> None:
    asked = {"source": "survey", "respondents.City": 62}
    paper = board_paper(material(standing(1), standing(2, **asked)))

    points = next(note for note in paper.jobs[0].notes if note.startswith("Points"))
    of_all = {note.partition(" n = ")[2] for note in paper.ranking.notes if "Interviews that" not in note}

    assert points.partition(" n = ")[2] == (
        "3 colleagues for the opportunity, 12 interviews for how often it was heard, "
        "5 interviews for the struggle, 2 colleagues for the business potential, 14 May 2026."
    )
    assert of_all == {"12 interviews, and for a job up to 62 respondents and 3 colleagues, 14 May 2026."}


def test_a_lean_says_what_nobody_rated_and_how_many_were_heard_on_it() -> None:
    leans = {"balance.leans.promoting": 3, "balance.leans.even": 1}
    leaning = {"balance.n": 4, **leans, "forces.push": 3.0, "forces.pull": 2.0, "forces.habit": 1.0}

    note = next(
        note for note in board_paper(material(standing(1, **leaning))).jobs[0].notes if "Push" in note
    )

    assert note.endswith(
        "not a length. Nobody rated anxiety. By interview: towards a change in 3 and even in 1. "
        "n = 4 interviews, 14 May 2026."
    )


def test_an_opportunity_from_a_survey_counts_respondents_and_says_the_method() -> None:
    asked = {"source": "survey", "method": "top_two_box", "respondents.": 40, "respondents.City": 80}

    page = board_paper(material(standing(1, **asked))).jobs[0]
    note = next(note for note in page.notes if note.startswith("Opportunity"))

    assert note == (
        "Opportunity 0 to 20: I + max(I − S, 0) after Ulwick, on the share of 4s and 5s, times 10; rated by "
        "survey respondents, who are never counted as interviews. n = 120 respondents, 14 May 2026."
    )


@pytest.mark.parametrize(
    ("respondents", "told"),
    [
        ({"City": 20, "Country": 9}, "interviews; under 30: a direction only. n = 29"),
        ({"City": 40, "Country": 9}, "interviews; under 30 in “Country”: a direction only there. n = 49"),
        ({"City": 40, "": 9}, "interviews. n = 49"),
    ],
)
def test_a_direction_is_told_exactly_where_few_answered(respondents: dict[str, int], told: str) -> None:
    asked = {f"respondents.{segment}": number for segment, number in respondents.items()}
    row = standing(1, source="survey", method="mean", **asked)

    note = next(note for note in board_paper(material(row)).jobs[0].notes if note.startswith("Opportunity"))

    assert told in note


def test_declared_ranges_stand_in_for_ratings_of_the_business() -> None:
    worth = {"worth.0": -1000, "worth.1": 25000.4, "worth.2": 90000, "currency": "CHF"}

    page = board_paper(material(standing(1, **worth))).jobs[0]

    facts = {fact.label: fact.value for fact in page.facts}

    assert facts["Worth a year"].text == "CHF 25\u00a0k (−1\u00a0k to 90\u00a0k)"
    assert "Business potential" not in facts
    assert [fact.value.mark for fact in page.facts] == sorted(fact.value.mark for fact in page.facts)
    assert page.notes[facts["Worth a year"].mark - 1].endswith("n = 1 declaration, 14 May 2026.")


def test_a_job_says_why_it_is_there() -> None:
    rivals = standing(1), standing(2, "Save money", **{"contributions.opportunity": 19.0})

    page = board_paper(material(*rivals)).jobs[0]

    assert words(page.why) == (
        "It scores 67 of 100 points: 25 for the opportunity, 17 for the struggle and 13 for the business "
        "potential. It stands before “Save money” above all for the opportunity: 6 points more."
    )
    assert (page.bars[0].label, page.bars[0].share) == ("Opportunity", 1.0)


def test_the_bars_of_all_jobs_have_one_scale() -> None:
    rivals = standing(1), standing(2, "Save money", **{"contributions.opportunity": 20.0})

    first, second = (page.bars[0] for page in board_paper(material(*rivals)).jobs)

    assert (first.points.text, first.share) == ("25", 1.0)
    assert (second.points.text, second.share) == ("20", 0.8)


def test_a_job_says_what_its_rank_hangs_on() -> None:
    hanging = standing(1, **{"why.without": "opportunity", "why.falls_to": 4})
    standing_firm = standing(1, **{"why.leads.0.0": "opportunity"})

    told = [words(board_paper(material(row)).jobs[0].why) for row in (hanging, standing_firm)]

    assert told[0].endswith("Without the opportunity it would fall to rank 4.")
    assert told[1].endswith("It keeps its rank without any single criterion.")


def test_jobs_that_hardly_differ_say_so() -> None:
    page = board_paper(material(standing(1), standing(2, "Save money"))).jobs[0]

    assert words(page.why).endswith("Hardly anything parts it from the next, “Save money”.")


def test_points_are_compared_only_where_the_same_is_known() -> None:
    """Where less is known of a job, what is known weighs more."""
    alone = Standing(2, "Save money", 2, {"score": 60.0, "contributions.opportunity": 60.0})

    first, second = board_paper(material(standing(1), alone)).jobs

    assert words(first.why).endswith(
        "Other criteria are known of the next, “Save money”: points do not tell what parts them."
    )
    assert "without any single criterion" not in words(second.why)


def test_what_is_missing_is_left_out_and_named() -> None:
    bare = Standing(1, "Get there", 1, {"k": 3, "n": 12, "rank_low": 1, "rank_high": 1, "p_top3": 1.0})

    page = board_paper(material(bare)).jobs[0]

    assert [fact.label for fact in page.facts] == ["Rank", "Among the first three", "Heard in", "Evidence"]
    assert page.missing == (
        "Not known and left out, never counted as zero: heard in interviews, opportunity, struggle, business "
        "potential and strategic fit."
    )


def test_only_the_first_jobs_get_a_page_and_all_are_in_the_table() -> None:
    paper = board_paper(material(*(standing(rank) for rank in range(1, 9))))

    assert [page.rank for page in paper.jobs] == [1, 2, 3, 4, 5]
    assert len(paper.ranking.rows) == 8


def test_jobs_without_enough_evidence_stand_apart_with_the_reason() -> None:
    table = board_paper(material(standing(1), standing(None, "Fly", gate="Needs more evidence."))).ranking

    assert [(job.statement, job.reason) for job in table.gated] == [("Fly", "Needs more evidence.")]


def test_what_the_evidence_does_not_part_is_told() -> None:
    ranked = [standing(1), standing(2, tie=2), standing(3, tie=2), standing(4, tie=4)]

    assert ties(ranked) == [(2, 3)]
    limits = {entry.head: words(entry.text) for entry in board_paper(material(*ranked)).limits.entries}
    assert "does not tell apart ranks 2 to 3." in limits["Ties"]


@pytest.mark.parametrize(("n", "seen"), [(8, "57 %"), (12, "72 %"), (20, "88 %"), (30, "96 %")])
def test_what_so_few_interviews_can_miss(n: int, seen: str) -> None:
    """The chances are those of method.md 4.2, point 3."""
    limits = {e.head: e.text for e in board_paper(material(standing(1), n=n)).limits.entries}

    assert limits["What was not met"][1] == Figure(seen, 2)


def test_how_it_was_found_names_run_pins_weights_and_what_is_no_interview() -> None:
    found = {
        "grouping_on": "2026-04-10",
        "grouping_seed": 3,
        "grouping_versions": "numpy 2.0",
        "groups_accepted": 9,
        "pins": 2,
        "weights_version": 4,
        "weights_reason": "Underserved first",
        "goals": "Grow\nKeep",
        "surveys": "Spring: 120 respondents",
        "verbatims": "Tickets: 1,000 tickets",
        "segments": "City: 7\nVillage: 5",
        "held_from": "2026-03-01",
        "held_to": "2026-03-01",
        "held_undated": 2,
        "elements": 376,
        "jobs_written": 62,
    }

    entries = {e.head: words(e.text) for e in board_paper(material(standing(1), method=found)).method.entries}

    assert "computed on 10 April 2026 with seed 3, numpy 2.0." in entries["From words to jobs"]
    assert entries["From words to jobs"].startswith(
        "376 items were captured in the interviews. From them people wrote 62 individual jobs. The latest"
    )
    assert "held on 1 March 2026 (2 without a date). By segment" in entries["Who was asked"]
    assert "accepted 9 groups; 2 pairs tied together" in entries["From words to jobs"]
    assert entries["Weights"] == (
        "Heard in interviews 2, opportunity 3, struggle 2, business potential 2, strategic fit 1. "
        "Not counted: feasibility. Version 4, with this reason: “Underserved first”."
    )
    assert entries["Goals that fit is rated against"] == "Grow; Keep"
    assert "By segment: City: 7; Village: 5." in entries["Who was asked"]
    apart = "Surveys, apart from the interviews"
    assert entries[apart] == "Spring: 120 respondents. They are never added to the interviews."


def test_what_does_not_apply_has_no_heading() -> None:
    heads = [entry.head for entry in board_paper(material(standing(1), method={})).method.entries]

    assert heads == ["Who was asked", "From words to jobs", "Weights", "The score"]


def test_an_approval_from_a_file_may_say_anything_about_how_it_was_found() -> None:
    odd = {"held_from": "soon", "held_to": 7, "grouping_on": "x", "pins": "two", "elements": 1.5, "goals": 3}

    entries = {e.head: words(e.text) for e in board_paper(material(standing(1), method=odd)).method.entries}

    assert "People grouped them by hand." in entries["From words to jobs"]


def test_a_study_without_a_ranked_job_still_has_words() -> None:
    paper = board_paper(material(standing(None, gate="Needs more."), n=1))

    assert (paper.jobs, paper.ranking.rows) == ((), ())
    assert words(paper.summary.entries[-1].text) == "No job has enough evidence to be ranked."


def test_quotes_stand_with_their_job() -> None:
    said = Said("It died.", "Anna", "8:32", against=False)

    paper = board_paper(material(standing(1), standing(2), quotes={2: [said]}))

    assert [page.quotes for page in paper.jobs] == [(), (said,)]
    assert [entry.quote for entry in paper.summary.entries] == [None, None, said, None]


def test_marks_of_notes_are_letters_and_never_end() -> None:
    assert [letter_of(mark) for mark in (1, 2, 26, 27, 52, 53, 703)] == [
        "a",
        "b",
        "z",
        "aa",
        "az",
        "ba",
        "aaa",
    ]
