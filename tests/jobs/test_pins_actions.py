"""People tie jobs together and keep them apart; moves and later runs obey."""

from __future__ import annotations

import pytest

from jobs.actions import clusters
from jobs.actions.group_changes import ClusterRefused, undo_cluster_change
from jobs.actions.pins import pin_jobs, unpin
from jobs.models import Job, Pin
from jobs.queries.pins import marks, partners, pins_of
from studies.access import StudyAccess
from tests.jobs.test_clusters import STATEMENTS, jobs_of, members, proposal

TOGETHER, APART = Pin.Kind.TOGETHER, Pin.Kind.APART


def pins(access: StudyAccess) -> list[tuple[str, int, int]]:
    return list(pins_of(access.study).values_list("kind", "first_id", "second_id"))


def test_a_pin_holds_the_pair_in_order_with_the_reason_and_who(owner: StudyAccess) -> None:
    first, second = jobs_of(owner, *STATEMENTS[:2])

    pin = pin_jobs(owner, kind=TOGETHER, one=second, other=first, reason="  The same   morning ")

    assert (pin.first, pin.second, pin.reason, pin.by) == (first, second, "The same morning", owner.user)
    entry = owner.study.history.get(verb="cluster.tied")
    assert (entry.data["reason"], entry.target_label) == (
        "The same morning",
        f"“{first}” and “{second}”",
    )


def test_pinning_and_unpinning_can_be_undone(owner: StudyAccess) -> None:
    first, second = jobs_of(owner, *STATEMENTS[:2])
    pin_jobs(owner, kind=APART, one=first, other=second, reason="Another trigger")

    unpin(owner, pin=owner.study.pins.get())
    assert pins(owner) == []
    undo_cluster_change(owner)
    assert pins(owner) == [("apart", first.pk, second.pk)]
    assert owner.study.pins.get().reason == "Another trigger"
    undo_cluster_change(owner)
    assert pins(owner) == []


def test_a_contradiction_is_refused_and_names_the_statements(owner: StudyAccess) -> None:
    a, b, c = jobs_of(owner, *STATEMENTS[:3])
    pin_jobs(owner, kind=TOGETHER, one=a, other=b, reason="One errand")
    pin_jobs(owner, kind=TOGETHER, one=b, other=c)

    with pytest.raises(ClusterRefused) as direct:
        pin_jobs(owner, kind=APART, one=a, other=b)
    with pytest.raises(ClusterRefused) as chained:
        pin_jobs(owner, kind=APART, one=a, other=c)

    assert f"“{a}” and “{b}” belong together" in str(direct.value)
    assert "One errand" in str(direct.value)
    assert f"“{b}” and “{c}” belong together" in str(chained.value)
    assert len(pins(owner)) == 2


def test_pins_do_not_tear_or_join_what_people_decided(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    clusters.make_cluster(owner, name="School", jobs=[a, b])
    clusters.make_cluster(owner, name="Shopping", jobs=[c, d])

    with pytest.raises(ClusterRefused, match="hang together in “School”"):
        pin_jobs(owner, kind=APART, one=a, other=b)
    with pytest.raises(ClusterRefused, match=r"“School”.*“Shopping”"):
        pin_jobs(owner, kind=TOGETHER, one=a, other=c)


@pytest.mark.parametrize("kind", [TOGETHER, APART])
def test_a_job_is_not_pinned_to_itself_nor_to_a_generalised_one(owner: StudyAccess, kind: str) -> None:
    (job,) = jobs_of(owner, STATEMENTS[0])
    general = Job.objects.create(study=owner.study, statement="Get there", scope="generalised")

    with pytest.raises(ClusterRefused, match="two different jobs"):
        pin_jobs(owner, kind=kind, one=job, other=job)
    with pytest.raises(ClusterRefused, match="Only individual jobs"):
        pin_jobs(owner, kind=kind, one=job, other=general)


def test_a_move_against_a_pin_is_refused(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    school, shopping = proposal(owner, a, b, name="School"), proposal(owner, c, d, name="Shopping")
    pin_jobs(owner, kind=APART, one=a, other=c, reason="Another day")
    pin_jobs(owner, kind=TOGETHER, one=a, other=b)

    with pytest.raises(ClusterRefused, match=r"kept apart.*Another day"):
        clusters.move_member(owner, job=c, to=school)
    with pytest.raises(ClusterRefused, match="kept apart"):
        clusters.move_member(owner, job=b, to=shopping)  # the other one would come along
    with pytest.raises(ClusterRefused, match="not all of them"):
        clusters.split_cluster(owner, cluster=school, jobs=[b])
    with pytest.raises(ClusterRefused, match="kept apart"):
        clusters.merge_clusters(owner, cluster=shopping, into=school)
    assert (members(school), members(shopping)) == ({a.pk, b.pk}, {c.pk, d.pk})


def test_what_is_tied_moves_along_and_comes_back(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    school, shopping = proposal(owner, a, b, c, name="School"), proposal(owner, d, name="Shopping")
    pin_jobs(owner, kind=TOGETHER, one=a, other=b)

    moved = clusters.move_member(owner, job=b, to=shopping)
    assert (moved, members(school), members(shopping)) == ([a, b], {c.pk}, {a.pk, b.pk, d.pk})
    clusters.move_member(owner, job=a, to=None)
    assert (members(shopping), pins(owner)[:2]) == (
        {d.pk},
        [("left", b.pk, d.pk), ("left", a.pk, d.pk)],
    )
    undo_cluster_change(owner)
    undo_cluster_change(owner)
    assert (members(school), members(shopping)) == ({a.pk, b.pk, c.pk}, {d.pk})
    assert pins(owner) == [("together", a.pk, b.pk)]


def test_a_job_that_is_tied_into_a_decided_group_by_a_third_is_not_taken_out_alone(
    owner: StudyAccess,
) -> None:
    a, b, c = jobs_of(owner, *STATEMENTS[:3])
    school = clusters.make_cluster(owner, name="School", jobs=[a, b])
    pin_jobs(owner, kind=TOGETHER, one=a, other=c)
    pin_jobs(owner, kind=TOGETHER, one=b, other=c)

    moved = clusters.move_member(owner, job=a, to=None)

    assert (moved, members(school)) == ([a, b, c], set())


def test_accepting_a_group_against_a_pin_is_refused(owner: StudyAccess) -> None:
    a, b = jobs_of(owner, *STATEMENTS[:2])
    cluster = proposal(owner, a, b)
    pin_jobs(owner, kind=APART, one=a, other=b)

    with pytest.raises(ClusterRefused, match="kept apart"):
        clusters.accept_cluster(owner, cluster=cluster)


def test_a_job_that_was_taken_out_is_kept_out_until_it_is_moved_back(owner: StudyAccess) -> None:
    a, b, c = jobs_of(owner, *STATEMENTS[:3])
    school = proposal(owner, a, b, c)

    clusters.move_member(owner, job=c, to=None, reason="It is about the way back")
    assert pins(owner) == [("left", a.pk, c.pk)]
    assert owner.study.pins.get().reason == "It is about the way back"
    clusters.move_member(owner, job=c, to=school)
    assert (pins(owner), members(school)) == ([], {a.pk, b.pk, c.pk})
    undo_cluster_change(owner)
    assert (pins(owner), members(school)) == ([("left", a.pk, c.pk)], {a.pk, b.pk})
    undo_cluster_change(owner)
    assert (pins(owner), members(school)) == ([], {a.pk, b.pk, c.pk})


def test_the_pins_of_a_job_in_the_trash_bind_nobody(owner: StudyAccess) -> None:
    a, b = jobs_of(owner, *STATEMENTS[:2])
    pin_jobs(owner, kind=APART, one=a, other=b)
    a.deleted_at = a.created_at
    a.save(update_fields=["deleted_at"])

    assert pins(owner) == []


def test_what_was_decided_stands_on_both_cards(owner: StudyAccess) -> None:
    a, b, c = jobs_of(owner, *STATEMENTS[:3])
    pin_jobs(owner, kind=APART, one=a, other=b)

    assert marks(owner.study, [a.pk, b.pk, c.pk]) == {
        a.pk: [f"kept apart from “{b}”"],
        b.pk: [f"kept apart from “{a}”"],
    }


def test_partners_are_those_of_the_same_group_first_and_found_by_their_words(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    proposal(owner, a, c)

    assert partners(owner.study, a) == [c, d, b]
    assert partners(owner.study, a, text="shopping") == [d]
