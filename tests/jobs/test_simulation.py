"""The properties that every ranking must have: fair to its voices, deaf to the order of its input."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.scoring import (
    FirstKnown,
    Held,
    Opportunity,
    Panel,
    Range,
    Rated,
    Worth,
    Worths,
    composite,
    draw,
    laplace,
    opportunity,
    rank,
    rescale,
)
from jobs.scoring.luck import BLOCKS, Luck

WEIGHTS = {"prevalence": 2, "opportunity": 3, "struggle": 2, "business": 2, "fit": 1}
N = 12


def panel(columns, sort="interview", size=N):
    """One column a job, as {voice number: value}; the voices are numbered from 0."""
    values = np.full((size, len(columns)), np.nan)
    for column, said in enumerate(columns):
        for voice, value in said.items():
            values[voice, column] = value
    return Panel(tuple(f"{sort}:{voice}" for voice in range(size)), values)


def held(*jobs, names="", size=N):
    """Each job as the set of interviews that hold it."""
    columns = [{voice: float(voice in job) for voice in range(size)} for job in jobs]
    return Held(tuple(names) or tuple(f"job-{row}" for row in range(len(jobs))), panel(columns, size=size))


def ranked_by_prevalence(*jobs, names, size=N, draws=2000):
    drawn = draw(tuple(names), {"prevalence": held(*jobs, names=names, size=size)}, draws=draws)
    return {one.key: one for one in rank(drawn, {"prevalence": 1})}


def some_samples(count, seed=7, respondents=30):
    dice = random.Random(seed)
    names = tuple(f"job-{row:03d}" for row in range(count))

    def rated(high, low, size, sort):
        return panel([{v: dice.randint(low, high) for v in range(size)} for _ in names], sort, size)

    return names, {
        "prevalence": held(
            *[{v for v in range(24) if dice.random() < 0.4} for _ in names], names=names, size=24
        ),
        "struggle": Rated(rated(4, 0, 24, "interview"), 0, 4),
        "opportunity": Opportunity(
            rated(5, 1, respondents, "respondent"), rated(5, 1, respondents, "respondent"), "mean"
        ),
        "business": Worths(
            names,
            tuple(
                Worth(Range(100, 100 * dice.randint(1, 9)), Range(0.1, 0.2), Range(50, 90), Range(10, 20))
                for _ in names
            ),
        ),
        "fit": Rated(rated(4, 0, 3, "colleague"), 0, 4),
    }


def test_a_clear_difference_is_ranked_and_a_small_one_is_tied():
    ranked = ranked_by_prevalence(range(11), range(10), {0}, names="abc")

    assert [(one.rank, one.tie_group) for one in ranked.values()] == [(1, 1), (2, 1), (3, 3)]
    assert (ranked["c"].rank_low, ranked["c"].rank_high) == (3, 3)
    assert (ranked["a"].rank_low, ranked["a"].rank_high) == (1, 2)


def test_p_top3_counts_simulated_ranks():
    ranked = ranked_by_prevalence(*[range(12)] * 3, set(), names="abcd")

    assert [one.p_top3 > 0.99 for one in ranked.values()] == [True, True, True, False]
    assert ranked["d"].p_top3 < 0.01


def test_of_three_jobs_none_is_praised_for_being_among_the_first_three():
    ranked = ranked_by_prevalence(*[range(12)] * 3, names="abc")

    assert [one.p_top3 for one in ranked.values()] == [None, None, None]


@pytest.mark.parametrize(("k", "n"), [(7, 12), (0, 12), (12, 12), (3, 20)])
def test_a_drawn_prevalence_follows_the_beta_of_the_method(k, n):
    drawn = held(range(k), size=n).drawn(Luck(40_000, 0))[0]

    a, b = k + 0.5, n - k + 0.5
    assert drawn.mean() == pytest.approx(a / (a + b), abs=0.005)
    assert drawn.var() == pytest.approx(a * b / ((a + b) ** 2 * (a + b + 1)), rel=0.05)


def test_what_the_same_interviews_hold_rises_and_falls_together():
    same = held(range(6), range(6)).drawn(Luck(4000, 0))
    other = held(range(6), range(6, 12)).drawn(Luck(4000, 0))

    assert np.corrcoef(same)[0, 1] > 0.8
    assert np.corrcoef(other)[0, 1] < -0.8


def test_whoever_answered_both_is_drawn_with_both():
    severe = {voice: 5.0 if voice < 6 else 1.0 for voice in range(12)}
    lenient = {voice: 1.0 if voice < 6 else 5.0 for voice in range(12)}

    importance, satisfaction = (
        panel([said], "respondent").drawn(Luck(500, 0))[0] for said in (severe, lenient)
    )

    assert importance + satisfaction == pytest.approx(6)


def test_equal_jobs_share_their_rank():
    same = Worth(Range(5, 5), Range(1, 1), Range(2, 2), Range(0, 0))
    drawn = draw("ab", {"business": Worths(("a", "b"), (same, same))})

    assert [(one.rank, one.rank_low, one.rank_high) for one in rank(drawn, {"business": 1})] == [
        (1, 1, 1)
    ] * 2


def test_points_are_those_of_the_single_formulas():
    importance, satisfaction = {0: 5, 1: 4, 2: 2}, {0: 1, 1: 4}
    samples = {
        "prevalence": held(range(7)),
        "opportunity": Opportunity(panel([importance]), panel([satisfaction]), "mean"),
        "struggle": Rated(panel([{}]), 0, 4),
    }

    drawn = draw(("a",), samples)

    tens = [rescale(list(said.values()), "mean") for said in (importance, satisfaction)]
    expected = {"prevalence": laplace(7, 12), "opportunity": opportunity(*tens) / 20, "struggle": None}
    assert drawn.values(0) == pytest.approx(expected)
    [one] = rank(drawn, WEIGHTS)
    assert one.composite == composite(WEIGHTS, drawn.values(0))


ratings = st.lists(st.integers(1, 5), min_size=1, max_size=12)


@pytest.mark.parametrize("method", ["mean", "top_two_box"])
@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=12), st.lists(st.integers(1, 5), min_size=1, max_size=12)
)
def test_a_panel_of_ratings_scores_as_the_formula_does(method, importance, satisfaction):
    both = [panel([dict(enumerate(said))], "respondent") for said in (importance, satisfaction)]
    tens = [rescale(said, method) for said in (importance, satisfaction)]

    [points] = Opportunity(*both, method).points()

    assert points == pytest.approx(opportunity(*tens) / 20)


def test_a_job_without_any_criterion_is_shown_last_and_not_ranked():
    drawn = draw("ab", {"fit": Rated(panel([{}, {0: 2.0}], "colleague"), 0, 4)})

    assert [(one.key, one.rank) for one in rank(drawn, {"fit": 1})] == [("b", 1), ("a", None)]


def test_no_interviews_leave_prevalence_unknown():
    drawn = draw("a", {"prevalence": held(set(), names="a", size=0)})

    assert drawn.values(0) == {"prevalence": None}


@pytest.mark.parametrize("samples", [{}, some_samples(0)[1]])
def test_no_jobs_give_no_ranking(samples):
    empty = {name: sample for name, sample in samples.items() if name == "fit"}

    assert rank(draw((), empty), WEIGHTS) == ()


def turned(sample, order):
    """The same sample with its jobs in another order and its voices turned round."""
    if isinstance(sample, Held):
        return Held(tuple(sample.jobs[i] for i in order), turned(sample.panel, order))
    if isinstance(sample, Panel):
        return Panel(sample.voices[::-1], sample.values[::-1][:, order])
    if isinstance(sample, Rated):
        return Rated(turned(sample.panel, order), sample.low, sample.high)
    if isinstance(sample, Worths):
        return Worths(tuple(sample.jobs[i] for i in order), tuple(sample.worths[i] for i in order))
    return Opportunity(turned(sample.importance, order), turned(sample.satisfaction, order), sample.method)


@pytest.mark.parametrize("respondents", [30, BLOCKS + 40])
def test_the_order_of_jobs_and_of_voices_changes_nothing(respondents):
    names, samples = some_samples(20, respondents=respondents)
    order = list(reversed(range(20)))
    other = {name: turned(sample, order) for name, sample in reversed(samples.items())}

    plain = rank(draw(names, samples, seed=3), WEIGHTS)

    assert rank(draw([names[i] for i in order], other, seed=3), WEIGHTS) == plain


def test_other_jobs_and_other_criteria_change_no_draw_of_a_job():
    names, samples = some_samples(20)
    few = {
        name: turned(turned(sample, [4, 7]), [0, 1]) for name, sample in samples.items() if name != "business"
    }

    all_drawn, few_drawn = draw(names, samples), draw([names[4], names[7]], few)

    for name in few:
        assert np.array_equal(all_drawn.draws[name][[4, 7]], few_drawn.draws[name])


@given(st.permutations(range(7)))
def test_the_order_of_interviews_changes_nothing(order):
    values = np.array([[0, 1, 1, 2, 4, 3, 0]], dtype=float).T
    voices = tuple(f"interview:{i}" for i in range(7))
    shuffled = Panel(tuple(voices[i] for i in order), values[order])

    assert np.array_equal(shuffled.drawn(Luck(50, 1)), Panel(voices, values).drawn(Luck(50, 1)))


def test_the_same_seed_gives_the_same_ranking_and_another_seed_nearly_so():
    names, samples = some_samples(10)
    first, again, other = (rank(draw(names, samples, seed=seed), WEIGHTS) for seed in (1, 1, 2))

    assert first == again
    for one, two in zip(first, other, strict=True):
        assert one.p_top3 == pytest.approx(two.p_top3, abs=0.06)


@pytest.mark.parametrize("factor", [8, 0.3, 1e-9])
def test_weights_scaled_together_keep_the_simulated_ranking(factor):
    drawn = draw(*some_samples(10))
    bare = [(one.key, one.rank, one.rank_low, one.rank_high, one.p_top3) for one in rank(drawn, WEIGHTS)]

    scaled = rank(drawn, {name: factor * weight for name, weight in WEIGHTS.items()})

    assert [(one.key, one.rank, one.rank_low, one.rank_high, one.p_top3) for one in scaled] == bare


holders = st.sets(st.integers(0, 11))


@given(holders, st.lists(holders, min_size=1, max_size=4))
def test_one_more_interview_with_the_job_never_lowers_its_rank_by_prevalence(mine, others):
    """The interview may be new, or one that was there and spoke of other things."""
    names = ["mine", *(f"other-{row}" for row in range(len(others)))]
    before = ranked_by_prevalence(mine, *others, names=names, draws=200)["mine"]
    new = ranked_by_prevalence({*mine, 12}, *others, names=names, size=13, draws=200)["mine"]
    known = ranked_by_prevalence({*mine, 5}, *others, names=names, draws=200)["mine"]

    for after in (new, known):
        assert after.rank <= before.rank
        assert after.rank_low <= before.rank_low
        assert after.rank_high <= before.rank_high
        assert (after.p_top3 or 0) >= (before.p_top3 or 0)  # None where there are no more than three


def test_missing_is_never_zero():
    known = panel([{0: 4.0, 1: 4.0}, {0: 2.0, 1: 2.0}])
    drawn = draw("ab", {"fit": Rated(known, 0, 4), "business": Rated(panel([{}, {0: 2.0}]), 0, 4)})

    first, second = rank(drawn, {"fit": 1, "business": 1})

    assert (first.key, first.composite.score, first.composite.coverage) == ("a", 100, 0.5)
    assert (second.key, second.composite.score, second.rank_low) == ("b", 50, 2)


def test_a_better_source_replaces_the_other_and_never_mixes_with_it():
    survey, colleagues = panel([{0: 4.0}, {}]), panel([{0: 0.0}, {0: 1.0}], "colleague")
    sample = FirstKnown(Rated(survey, 0, 4), Rated(colleagues, 0, 4))

    assert list(sample.points()) == [1, 0.25]
    assert sample.drawn(Luck(10, 0)).mean(axis=1).tolist() == [1, 0.25]


def test_leaving_a_voice_out_leaves_the_luck_of_the_others():
    whole = panel([{voice: float(voice % 5) for voice in range(12)}])

    kept = whole.without({"interview:3"})

    assert "interview:3" not in kept.voices
    assert len(kept.voices) == 11
    assert np.array_equal(Luck(20, 0).of(kept.voices)[3], Luck(20, 0).of(whole.voices)[4])


def test_many_voices_are_drawn_in_blocks_with_the_same_spread():
    dice = np.random.default_rng(0)
    size = 4 * BLOCKS
    many = Panel(tuple(f"respondent:{i}" for i in range(size)), dice.integers(1, 6, (size, 1)).astype(float))

    drawn = many.drawn(Luck(4000, 0))[0]

    assert drawn.mean() == pytest.approx(many.mean[0], abs=0.01)
    assert drawn.std() == pytest.approx(many.values.std() / np.sqrt(size), rel=0.15)


# --- Worth ----------------------------------------------------------------------------------------------
VAN = Worth(Range(1000, 3000), Range(0.1, 0.3), Range(200, 400), Range(50, 150))


def test_the_contribution_runs_from_its_worst_to_its_best_corner():
    assert (VAN.market.low, VAN.market.high) == (200_000, 1_200_000)
    assert (VAN.contribution.low, VAN.contribution.high) == (1000 * 0.1 * 50, 3000 * 0.3 * 350)
    assert VAN.expected == 2000 * 0.2 * 200


def test_a_loss_is_told_as_a_loss_and_scores_nothing():
    loss = Worth(Range(10, 20), Range(0.5, 1), Range(1, 2), Range(5, 9))

    assert (loss.contribution.low, loss.contribution.high) == (-160, -15)
    assert list(Worths(("van", "loss", "none"), (VAN, loss, None)).points())[1] == 0


def test_worth_is_told_against_the_largest_upper_end_of_the_study():
    half = Worth(Range(500, 1500), VAN.reach, VAN.price, VAN.cost)
    worths = Worths(("van", "half", "none"), (VAN, half, None))

    points = worths.points()

    assert points[:2] == pytest.approx([VAN.expected / 315_000, half.expected / 315_000])
    assert np.isnan(points[2])
    drawn = worths.drawn(Luck(4000, 0))
    assert drawn[0].mean() == pytest.approx(points[0], rel=0.03)
    assert np.isnan(drawn[2]).all()


# --- Garbage --------------------------------------------------------------------------------------------
def test_two_jobs_with_one_key_are_refused():
    with pytest.raises(ValueError, match="key of its own"):
        draw("aa", {})


def test_two_voices_with_one_name_are_refused():
    with pytest.raises(ValueError, match="name and a row of its own"):
        Panel(("a", "a"), np.zeros((2, 1)))


def test_a_range_that_runs_backwards_is_refused():
    with pytest.raises(ValueError, match="lower to its higher end"):
        Range(3, 1)


def test_ratings_off_their_scale_are_refused():
    with pytest.raises(ValueError, match="between 0 and 4, not 5"):
        draw("a", {"fit": Rated(panel([{0: 5.0}]), 0, 4)})


def test_many_voices_are_added_up_before_they_are_weighed_to_the_last_bit():
    dice = random.Random(3)
    said = [{voice: dice.randint(1, 5) for voice in range(3 * BLOCKS) if dice.random() < 0.8} for _ in "abc"]
    many, luck = panel(said, "respondent", size=3 * BLOCKS), Luck(50, 0)

    weights = luck.of(many.voices)

    one_by_one = (np.nan_to_num(many.values).T @ weights) / (many.given.T @ weights)
    assert np.array_equal(many.drawn(luck), one_by_one)
