"""The way from T0 to T8: order, durations, detours, exits and medians."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interviews.kinds import POINTS
from journeys.timeline import (
    SPANS,
    Detour,
    Event,
    Exit,
    aggregate,
    timeline,
)


def on(point, day=None, *, key=None, precision="exact", **more):
    """An event on a day of 2026, counted from the first of January, or undated."""
    when = None if day is None else date(2026, 1, 1) + timedelta(days=day)
    return Event(key or point, point, when, precision if day is not None else "", **more)


def order_of(result):
    return [placed.event.key for placed in result.points]


def days_of(result):
    return {(item.span.key, item.cycle): item.days for item in result.durations}


def test_a_straight_way_has_every_duration():
    result = timeline(
        [on("T4", 70), on("T1", 0), on("T3", 50), on("T2", 20), on("T5", 72), on("T6", 80), on("T8", 170)]
    )

    assert order_of(result) == ["T1", "T2", "T3", "T4", "T5", "T6", "T8"]
    assert days_of(result) == {
        ("phase_1", 1): 20,
        ("phase_2", 1): 30,
        ("phase_3", 1): 20,
        ("phase_4", 1): 100,
        ("to_hire", 1): 70,
        ("to_first_use", 1): 2,
        ("to_first_value", 1): 10,
    }
    assert [placed.gap_days for placed in result.points] == [None, 20, 30, 20, 2, 8, 90]
    assert result.detours == ()


def test_no_events_are_an_empty_timeline():
    result = timeline([])

    assert (result.points, result.durations, result.detours, result.exits, result.cycles) == (
        (),
        (),
        (),
        (),
        0,
    )


def test_a_duration_needs_both_ends_dated():
    result = timeline([on("T1", 0), on("T2"), on("T3", 30), on("T4", 40)])

    assert order_of(result) == ["T1", "T2", "T3", "T4"]
    assert days_of(result) == {("phase_3", 1): 10, ("to_hire", 1): 40}
    assert [placed.gap_days for placed in result.points] == [None, None, None, 10]


def test_a_duration_is_as_precise_as_its_vaguer_end():
    result = timeline([on("T1", 0, precision="about"), on("T2", 90, precision="month"), on("T3", 100)])

    assert [(item.span.key, item.precision, item.note) for item in result.durations] == [
        ("phase_1", "about", "dated roughly"),
        ("phase_2", "month", "dated to the month"),
    ]


def test_the_researchers_order_wins_over_dates_and_the_contradiction_is_shown():
    result = timeline([on("T2", 10, order=1), on("T1", 20, order=0)])

    assert order_of(result) == ["T1", "T2"]
    assert [placed.out_of_order for placed in result.points] == [False, True]
    assert result.points[1].gap_days is None
    assert result.durations == ()


def test_a_date_to_the_month_does_not_contradict_a_day_of_that_month():
    result = timeline([on("T1", 20, order=0), on("T2", 0, order=1, precision="month")])

    assert [placed.out_of_order for placed in result.points] == [False, False]


def test_events_without_order_join_by_date_then_by_point():
    result = timeline([on("T4", order=2), on("T1", 5, order=1), on("T3", 9), on("T2"), on("T0")])

    assert order_of(result) == ["T0", "T1", "T2", "T4", "T3"]


def test_an_impulse_purchase_skips_phases():
    result = timeline([on("T1", 0), on("T4", 1)])

    assert result.detours == (Detour("skipped", 2, 1, "T4"), Detour("skipped", 3, 1, "T4"))
    assert days_of(result) == {("to_hire", 1): 1}


def test_what_lies_before_the_first_record_is_unknown_and_not_skipped():
    assert timeline([on("T3", 0), on("T4", 1)]).detours == ()


def test_going_back_to_search_is_a_reversal_and_a_repeat():
    again = on("T2", 40, key="again")

    result = timeline(
        [on("T1", 0), on("T2", 10), on("T3", 20), again, on("T3", 60, key="T3 again"), on("T4", 70)]
    )

    assert result.detours == (
        Detour("reversed", 2, 1, "again"),
        Detour("repeated", 2, 1, "again"),
        Detour("repeated", 3, 1, "T3 again"),
    )
    assert days_of(result)[("phase_2", 1)] == 10


def test_several_points_inside_a_phase_are_no_repeat():
    result = timeline([on("T3", 0), on("T3b", 1), on("T4", 2), on("T5", 3), on("T6", 4), on("T7", 5)])

    assert result.detours == ()
    assert [placed.phase for placed in result.points] == [3, 3, 4, 4, 4, 4]


def test_an_exit_ends_a_round_and_the_next_thought_begins_another():
    events = [
        on("T1", 0),
        on("T4", 10),
        on("T8", 40, exit="returned"),
        on("T1", 50, key="T1 again"),
        on("T4", 75, key="T4 again"),
        on("T8", 99, key="T8 again"),
    ]

    result = timeline(events)

    assert result.cycles == 2
    assert [placed.cycle for placed in result.points] == [1, 1, 1, 2, 2, 2]
    assert result.exits == (Exit("returned", 1, "T8"), Exit("", 2, "T8 again"))
    assert days_of(result)[("to_hire", 2)] == 25


def test_a_first_thought_after_a_hire_begins_a_round_without_an_exit():
    assert timeline([on("T4", 0), on("T1", 30)]).cycles == 2


def test_unknown_points_and_doubled_keys_are_refused():
    with pytest.raises(ValueError, match="'T9' is no point"):
        timeline([on("T9")])
    with pytest.raises(ValueError, match="key of its own"):
        timeline([on("T1"), on("T1")])


def test_medians_say_how_many_interviews_they_stand_on():
    ways = [timeline([on("T1", 0), on("T4", days)]) for days in (10, 20, 60)]
    ways.append(timeline([on("T1", 0, precision="about"), on("T4", 30)]))
    ways.append(timeline([on("T1"), on("T4", 30)]))

    medians = {item.span.key: item for item in aggregate(ways)}

    to_hire = medians["to_hire"]
    assert (to_hire.days, to_hire.low, to_hire.high) == (25, 17.5, 37.5)
    assert (to_hire.n, to_hire.of, to_hire.rough) == (4, 5, 1)
    assert (medians["phase_4"].days, medians["phase_4"].n, medians["phase_4"].of) == (None, 0, 5)


def test_few_interviews_have_a_median_and_no_quartiles():
    medians = {item.span.key: item for item in aggregate([timeline([on("T1", 0), on("T2", 7)])])}

    assert (medians["phase_1"].days, medians["phase_1"].low, medians["phase_1"].high) == (7, None, None)
    assert [item.n for item in aggregate([])] == [0] * len(SPANS)


dates = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2026, 1, 1)))
orders = st.one_of(st.none(), st.integers(0, 9))
stories = st.lists(
    st.tuples(st.sampled_from([point.code for point in POINTS]), dates, orders), max_size=12
).map(lambda rows: [Event(f"e{i}", point, day, "exact", order) for i, (point, day, order) in enumerate(rows)])


@given(stories, st.randoms(use_true_random=False))
def test_no_event_is_lost_and_the_given_order_changes_nothing(events, shuffler):
    result = timeline(events)
    turned = list(events)
    shuffler.shuffle(turned)

    assert sorted(order_of(result)) == sorted(event.key for event in events)
    assert all(item.days >= 0 for item in result.durations)
    assert timeline(turned) == result
