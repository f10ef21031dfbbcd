"""From what a run finds to proposals: identity, decided groups, pins, and what changed."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from jobs.actions import clusters, grouping, statements
from jobs.actions.group_changes import ClusterRefused, undo_cluster_change
from jobs.actions.pins import pin_jobs
from jobs.models import ClusterMember, Job, JobCluster
from jobs.queries.clusters import board
from jobs.queries.grouping import Changes, changes_of, kind_of, material, parts
from studies.access import StudyAccess
from studies.models import Run
from studies.tasks import execute_run
from tests import factories as make
from tests.jobs.groups import found
from tests.jobs.test_clusters import STATEMENTS, jobs_of, members

USE = "use-multilingual-v3 0.2.1 by sentencepiece"
ENGLISH = "all-minilm-l6-v2 1.0.0 in 252 steps, little words in 4 layers"


def store(access: StudyAccess, *groups: dict[str, Any]) -> Run:
    run = access.study.runs.create(
        kind="jobs.cluster", input_digest="x", created_by=access.user, params=grouping.DEFAULTS, state="done"
    )
    grouping.store_grouping(access, run=run, groups=list(groups), said={})
    run.refresh_from_db()
    return run


def told_of(access: StudyAccess, run: Run) -> Changes | None:
    return changes_of(access.study, run, access.study.jobclusters.all())


def proposals(access: StudyAccess) -> dict[str, set[int]]:
    return {cluster.name: members(cluster) for cluster in access.study.jobclusters.all()}


# --- identity ----------------------------------------------------------------------------------------
def test_a_group_that_is_found_again_keeps_its_row_its_place_and_the_name_that_a_person_gave(
    owner: StudyAccess,
) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    store(owner, found(jobs[:3], name="School"), found(jobs[3:], name="Shopping"))
    school, shopping = owner.study.jobclusters.all()
    clusters.rename_cluster(owner, cluster=school, name="Mornings")

    store(owner, found(jobs[3:], name="Carrying"), found(jobs[:2], name="Kids"))

    school.refresh_from_db()
    shopping.refresh_from_db()
    assert (school.name, members(school)) == ("Mornings", {jobs[0].pk, jobs[1].pk})
    assert (shopping.name, members(shopping)) == ("Carrying", {job.pk for job in jobs[3:]})
    assert [cluster.pk for cluster in owner.study.jobclusters.all()] == [school.pk, shopping.pk]


def test_what_moved_appeared_and_vanished_is_told(owner: StudyAccess) -> None:
    a, b, c, d, e, f = jobs_of(owner, *STATEMENTS)
    store(owner, found([a, b, c], name="School"), found([d, e], name="Shopping"))
    school, shopping = owner.study.jobclusters.all()

    run = store(owner, found([a, b], name="School"), found([c, f], name="New"))

    new = owner.study.jobclusters.exclude(pk=school.pk).get()
    assert run.result["changes"] == {
        "first": False,
        "moved": [[c.pk, school.pk, new.pk]],
        "appeared": [new.pk],
        "gone": [[shopping.pk, "Shopping", 2]],
        "ranking": [],
    }
    told = told_of(owner, run)
    assert told is not None
    assert [(move.job, move.old, move.new) for move in told.moved] == [(c, "School", new)]
    assert (told.appeared, told.gone, told.count) == ([new], [("Shopping", 2)], 3)


def test_what_the_proposals_would_do_to_the_ranking_is_told(owner: StudyAccess) -> None:
    """Four interviews hold the first job and three the second; two proposed jobs turn them round."""
    a, b, c, d, e, f, *more = jobs_of(owner, *STATEMENTS, *STATEMENTS)
    often = decided(owner, a, b, c, d)
    seldom = decided(owner, e, f, more[0])
    for job in (a, b, c, d, e, f, *more):
        make.make_evidence(job, element=make.make_element(job.interview, grade="A"))

    run = store(owner, found([e, f, *more[:3]], fixed=seldom.pk), found([a, b, c, d], fixed=often.pk))

    told = told_of(owner, run)
    assert told is not None
    (effect,) = told.ranking
    assert (effect.job, effect.cluster_id, effect.joining) == (seldom.general, seldom.pk, 2)
    assert (effect.heard, effect.heard_after, effect.of) == (3, 5, 12)
    assert (effect.rank, effect.rank_after) == (2, 1)


def test_a_first_run_and_one_from_an_archive_tell_of_no_change(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    first = store(owner, found(jobs[:3]))
    second = store(owner, found(jobs[3:]))
    Run.objects.filter(pk=second.pk).update(params={})  # parameters stay behind in an archive
    second.refresh_from_db()

    told = told_of(owner, first)
    assert told is not None
    assert (told.is_first, told.count) == (True, 0)
    assert told_of(owner, second) is None


def test_the_same_run_stored_twice_is_stored_once(owner: StudyAccess) -> None:
    """A worker dies after the groups are stored and before the run is closed."""
    jobs_of(owner, *STATEMENTS)
    run = grouping.start_clustering(owner)
    execute_run(run.pk)
    run.refresh_from_db()
    before = [(c.pk, c.name, members(c)) for c in owner.study.jobclusters.all()]
    Run.objects.filter(pk=run.pk).update(state="queued")

    execute_run(run.pk)
    again = Run.objects.get(pk=run.pk)

    assert (again.state, again.attempt, again.result) == ("done", 2, run.result)
    assert [(c.pk, c.name, members(c)) for c in owner.study.jobclusters.all()] == before
    assert owner.study.history.filter(verb="cluster.proposed").count() == 1


# --- decided groups ----------------------------------------------------------------------------------
def decided(access: StudyAccess, *jobs: Job) -> JobCluster:
    cluster = clusters.make_cluster(access, name="Mornings", jobs=jobs)
    clusters.accept_cluster(access, cluster=cluster, statement="Get the children to care on time")
    cluster.refresh_from_db()
    return cluster


def test_a_run_only_proposes_what_it_would_add_to_a_decided_group(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    cluster = decided(owner, a, b)

    store(owner, found([a, b, c], fixed=cluster.pk, stability=0.7))

    cluster.refresh_from_db()
    c.refresh_from_db()
    (shown,) = board(owner.study).accepted
    assert ([m.job for m in shown.members], [m.job for m in shown.joining]) == ([a, b], [c])
    assert (shown.count, shown.interviews, c.general, cluster.stability) == (2, 2, None, 0.7)
    assert cluster.name == "Get the children to care on time"
    assert board(owner.study).loose == [d]


def test_taking_in_makes_it_a_member_and_turning_down_keeps_it_out(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    cluster = decided(owner, a, b)
    store(owner, found([a, b, c, d], fixed=cluster.pk))

    clusters.move_member(owner, job=c, to=cluster)
    clusters.move_member(owner, job=d, to=None, reason="It is about shopping")

    c.refresh_from_db()
    assert (c.general, members(cluster)) == (cluster.general, {a.pk, b.pk, c.pk})
    assert (material(owner.study).free, material(owner.study).apart) == ({d.pk}, ((a.pk, d.pk),))
    undo_cluster_change(owner)
    undo_cluster_change(owner)
    c.refresh_from_db()
    assert (c.general, owner.study.clustermembers.filter(proposed=True).count()) == (None, 2)


def test_a_proposed_member_is_not_counted_anywhere(owner: StudyAccess) -> None:
    a, b = jobs_of(owner, *STATEMENTS[:2])
    cluster = clusters.make_cluster(owner, name="By hand", jobs=[a])
    store(owner, found([a, b], fixed=cluster.pk))

    with pytest.raises(ClusterRefused, match="stands on 1 interview"):
        clusters.accept_cluster(owner, cluster=cluster)


def test_a_proposal_that_is_not_made_again_goes(owner: StudyAccess) -> None:
    a, b, c = jobs_of(owner, *STATEMENTS[:3])
    cluster = decided(owner, a, b)
    store(owner, found([a, b, c], fixed=cluster.pk))

    run = store(owner, found([a, b], fixed=cluster.pk))

    assert owner.study.clustermembers.filter(proposed=True).count() == 0
    assert run.result["changes"]["moved"] == [[c.pk, cluster.pk, None]]


# --- a whole run -------------------------------------------------------------------------------------
def run_now(access: StudyAccess, **asked: str) -> Run:
    run = grouping.start_clustering(access, **asked)
    execute_run(run.pk)
    run.refresh_from_db()
    assert (run.state, run.error) == ("done", "")
    return run


def test_a_run_obeys_pins(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    school, shopping = jobs[:3], jobs[3:]
    pin_jobs(owner, kind="apart", one=school[0], other=school[1])
    pin_jobs(owner, kind="together", one=school[2], other=shopping[0])

    run_now(owner)

    group_of = dict(ClusterMember.objects.values_list("job_id", "cluster_id"))
    assert group_of.get(school[0].pk, -1) != group_of.get(school[1].pk, -2)
    assert group_of[school[2].pk] == group_of[shopping[0].pk]


def test_the_same_input_gives_the_same_run_and_the_same_groups(owner: StudyAccess) -> None:
    jobs_of(owner, *STATEMENTS)

    first = run_now(owner)
    groups = proposals(owner)
    second = run_now(owner)

    assert (first.input_digest, groups) == (second.input_digest, proposals(owner))
    assert second.result["changes"] == {
        "first": False,
        "moved": [],
        "appeared": [],
        "gone": [],
        "ranking": [],
    }


@pytest.mark.parametrize("change", ["levels", "pin", "statement"])
def test_another_input_is_another_run(owner: StudyAccess, change: str) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    before = grouping.start_clustering(owner)
    if change == "pin":
        pin_jobs(owner, kind="apart", one=jobs[0], other=jobs[1])
    if change == "statement":
        statements.edit_job(owner, job=jobs[0], seen=jobs[0].version, statement="Sing in a choir")

    after = grouping.start_clustering(owner, levels="together" if change == "levels" else "apart")

    assert before.input_digest != after.input_digest


def test_levels_are_grouped_together_only_where_somebody_asks(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS[:3])
    Job.objects.filter(pk=jobs[0].pk).update(level="sub")

    run_now(owner)
    apart = proposals(owner)
    run_now(owner, levels="together")

    assert list(apart.values()) == [{jobs[1].pk, jobs[2].pk}]
    assert list(proposals(owner).values()) == [{job.pk for job in jobs}]


def test_texts_are_encoded_once(owner: StudyAccess) -> None:
    jobs_of(owner, *STATEMENTS)
    run_now(owner)
    known = set(owner.study.vectors.values_list("pk", flat=True))

    run_now(owner)

    read = Counter(owner.study.vectors.values_list("encoder", flat=True))
    assert read == dict.fromkeys([USE, ENGLISH], len(STATEMENTS))
    assert set(owner.study.vectors.values_list("pk", flat=True)) == known


def test_groups_that_one_encoder_made_keep_their_rows_when_two_read(
    owner: StudyAccess, settings: Any
) -> None:
    jobs_of(owner, *STATEMENTS)
    settings.SENTENCE_ENCODER = "jobs.analysis.UseEncoder"
    run_now(owner)
    before = proposals(owner)
    rows = set(owner.study.jobclusters.values_list("pk", flat=True))
    settings.SENTENCE_ENCODER = ""

    run_now(owner)

    versions = list(
        owner.study.runs.filter(kind="jobs.cluster").order_by("pk").values_list("versions", flat=True)
    )
    assert [each.get("encoder for English") for each in versions] == [None, ENGLISH]
    assert len({each["encoder"] for each in versions}) == 1
    assert (proposals(owner), set(owner.study.jobclusters.values_list("pk", flat=True))) == (before, rows)


def test_a_run_measures_and_words_every_group(owner: StudyAccess) -> None:
    jobs_of(owner, *STATEMENTS)

    run_now(owner)

    clusters = owner.study.jobclusters.all()
    assert len(clusters) > 1
    for cluster in clusters:
        assert (cluster.resamples, cluster.stability is not None) == (100, True)
        assert cluster.proposal
        assert all(member.stability is not None for member in cluster.members.all())


# --- parts -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pattern", "dimensions", "kind"),
    [
        ("functional", [], "functional"),
        ("functional", ["functional", "emotional"], "functional"),
        ("functional", ["social"], "social"),
        ("emotional", ["functional", "social"], "social"),
        ("emotional", [], "emotional"),
    ],
)
def test_a_job_is_grouped_under_one_dimension(pattern: str, dimensions: list[str], kind: str) -> None:
    assert kind_of(Job(pattern=pattern, dimensions=dimensions)) == kind


def test_parts_are_levels_and_dimensions_as_asked_and_ties_reach_over_them(owner: StudyAccess) -> None:
    a, b, c, d = jobs_of(owner, *STATEMENTS[:4])
    Job.objects.filter(pk=b.pk).update(level="purpose")
    Job.objects.filter(pk=c.pk).update(dimensions=["emotional"])
    Job.objects.filter(pk=d.pk).update(level="purpose")
    pin_jobs(owner, kind="together", one=a, other=d)
    found_here = material(owner.study)

    def told(**asked: str) -> dict[str, list[Job]]:
        return {part.label: part.jobs for part in parts(found_here, **asked)}

    assert told(levels="apart", dimensions="together") == {"Purpose": [b], "Main job": [a, c, d]}
    assert told(levels="together", dimensions="apart") == {"Functional": [a, b, d], "Emotional": [c]}
    assert told(levels="together", dimensions="together") == {"All jobs": [a, b, c, d]}
    assert list(told(levels="apart", dimensions="apart")) == [
        "Purpose, functional",
        "Main job, functional",
        "Main job, emotional",
    ]


def test_a_contradiction_that_came_with_an_archive_fails_the_run_in_words(owner: StudyAccess) -> None:
    a, b, c = jobs_of(owner, *STATEMENTS[:3])
    for kind, first, second in (("together", a, b), ("together", b, c), ("apart", a, c)):
        owner.study.pins.create(kind=kind, first=first, second=second)
    run = grouping.start_clustering(owner)

    execute_run(run.pk)

    run.refresh_from_db()
    assert run.state == "failed"
    assert "Open “Decisions”" in run.error


def test_garbage_gets_an_answer_not_a_traceback(owner: StudyAccess) -> None:
    interview = make.make_interview(owner.study)
    for text in ("the", "🚲🚲🚲", "買い物に行く", "x" * 300, "Get home", "Get home", "Get home"):
        make.make_job(owner.study, statement=text, interview=interview)

    assert run_now(owner).result["statements"] == 7
