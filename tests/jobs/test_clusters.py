"""People decide, the run proposes: accepting, moving, splitting, merging, undoing."""

from __future__ import annotations

import pytest

from jobs.actions import clusters, group_changes, grouping
from jobs.models import ClusterMember, Job, JobCluster
from jobs.queries.clusters import undecided_jobs
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from studies.tasks import execute_run
from tests import factories as make
from tests.jobs.groups import found as make_group

STATEMENTS = [
    "Get the children to school on time",
    "Get my kids to nursery on time in the morning",
    "Get both children to school punctually",
    "Carry the weekly shopping home in one go",
    "Bring the week's groceries home in one trip",
    "Carry all the shopping home at once",
]


def jobs_of(access: StudyAccess, *statements: str) -> list[Job]:
    return [
        make.make_job(access.study, statement=text, interview=make.make_interview(access.study))
        for text in statements
    ]


def proposal(access: StudyAccess, *jobs: Job, name: str = "A group") -> JobCluster:
    cluster = JobCluster.objects.create(study=access.study, name=name)
    for job in jobs:
        ClusterMember.objects.create(study=access.study, cluster=cluster, job=job)
    return cluster


def members(cluster: JobCluster) -> set[int]:
    return set(cluster.members.values_list("job_id", flat=True))


def run_clustering(access: StudyAccess) -> Run:
    run = grouping.start_clustering(access)
    execute_run(run.pk)
    run.refresh_from_db()
    return run


def test_a_run_groups_what_belongs_together(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS)

    run = run_clustering(owner)

    assert (run.state, run.error, run.result["statements"]) == ("done", "", 6)
    found = sorted(sorted(members(cluster)) for cluster in owner.study.jobclusters.all())
    assert found == [[job.pk for job in jobs[:3]], [job.pk for job in jobs[3:]]]
    assert "numpy" in run.versions


def test_a_run_never_groups_across_altitude(owner: StudyAccess) -> None:
    high, low = jobs_of(owner, *STATEMENTS[:2])
    Job.objects.filter(pk=high.pk).update(level="purpose")

    run_clustering(owner)

    assert not ClusterMember.objects.filter(job__in=[high, low]).exists()


def test_accepting_makes_a_generalised_job_with_its_members(owner: StudyAccess) -> None:
    first, second = jobs_of(owner, *STATEMENTS[:2])
    cluster = proposal(owner, first, second)

    general = clusters.accept_cluster(owner, cluster=cluster, statement="Get children to care on time")

    assert (general.scope, general.statement) == ("generalised", "Get children to care on time")
    assert set(general.members.all()) == {first, second}


def test_one_interview_is_not_enough_to_generalise(owner: StudyAccess) -> None:
    first, second = jobs_of(owner, *STATEMENTS[:2])
    Job.objects.filter(pk=second.pk).update(interview=first.interview)

    with pytest.raises(clusters.ClusterRefused, match="stands on 1 interview"):
        clusters.accept_cluster(owner, cluster=proposal(owner, first, second))


def test_a_later_run_changes_nothing_that_a_person_decided(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    odd = proposal(owner, jobs[0], jobs[3], name="Odd but decided")
    clusters.accept_cluster(owner, cluster=odd)
    moved_to = clusters.make_cluster(owner, name="By hand", jobs=[jobs[1], jobs[4]])

    run_clustering(owner)

    assert members(odd) == {jobs[0].pk, jobs[3].pk}
    assert members(moved_to) == {jobs[1].pk, jobs[4].pk}


def test_a_decision_made_while_the_run_computes_wins(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS[:3])
    run = grouping.start_clustering(owner)
    mine = clusters.make_cluster(owner, name="Mine", jobs=jobs[:2])

    result = grouping.store_grouping(owner, run=run, groups=[make_group(jobs, name="Late")], said={})

    assert (result["groups"], members(mine)) == (0, {jobs[0].pk, jobs[1].pk})


def test_every_change_of_a_group_can_be_undone(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    school, shopping = proposal(owner, *jobs[:3], name="School"), proposal(owner, *jobs[3:], name="Shopping")

    clusters.rename_cluster(owner, cluster=school, name="Mornings")
    clusters.move_member(owner, job=jobs[0], to=shopping)
    clusters.split_cluster(owner, cluster=shopping, jobs=[jobs[4], jobs[5]])
    clusters.merge_clusters(owner, cluster=school, into=shopping)
    clusters.accept_cluster(owner, cluster=shopping)
    for _ in range(5):
        group_changes.undo_cluster_change(owner)

    school.refresh_from_db()
    shopping.refresh_from_db()
    assert (school.name, members(school)) == ("School", {job.pk for job in jobs[:3]})
    assert (shopping.state, members(shopping)) == ("proposed", {job.pk for job in jobs[3:]})
    assert owner.study.jobs.filter(scope="generalised").count() == 0
    assert owner.study.jobclusters.count() == 2
    with pytest.raises(clusters.ClusterRefused, match="nothing to undo"):
        group_changes.undo_cluster_change(owner)


def test_parts_of_a_split_group_are_set_apart_by_their_own_words(owner: StudyAccess) -> None:
    jobs = jobs_of(owner, *STATEMENTS)
    mixed = proposal(owner, *jobs)
    mixed.phrases = ["whole"]
    mixed.save()

    part = clusters.split_cluster(owner, cluster=mixed, jobs=jobs[3:])

    mixed.refresh_from_db()
    part.refresh_from_db()
    assert "school" in " ".join(mixed.phrases)
    assert "home" in " ".join(part.phrases)
    group_changes.undo_cluster_change(owner)
    mixed.refresh_from_db()
    assert mixed.phrases == ["whole"]


def test_what_a_run_measured_goes_when_the_members_change_and_returns_with_them(owner: StudyAccess) -> None:
    first, second, third = jobs_of(owner, *STATEMENTS[:3])
    cluster = proposal(owner, first, second, third)
    JobCluster.objects.filter(pk=cluster.pk).update(cohesion=0.4, agreement=0.7)

    clusters.move_member(owner, job=third, to=None)
    cluster.refresh_from_db()
    changed = (cluster.cohesion, cluster.agreement)
    group_changes.undo_cluster_change(owner)
    cluster.refresh_from_db()

    assert changed == (None, None)
    assert (cluster.cohesion, cluster.agreement) == (0.4, 0.7)


def test_a_change_that_an_older_version_wrote_can_still_be_undone(owner: StudyAccess) -> None:
    first, second = jobs_of(owner, *STATEMENTS[:2])
    cluster = proposal(owner, first, second, name="School")
    clusters.rename_cluster(owner, cluster=cluster, name="Mornings")
    entry = owner.study.history.get(verb="cluster.renamed")
    kept = ("id", "name", "state", "general", "decided", "cohesion", "agreement", "deleted")
    state = {name: entry.data["before"][0][name] for name in kept}
    state["members"] = [
        {"job_id": job.pk, "similarity": None, "margin": None, "decided": False} for job in (first, second)
    ]
    data = {"before": [state], "created": [], "general": []}
    owner.study.history.filter(pk=entry.pk).update(data=data)

    group_changes.undo_cluster_change(owner)

    cluster.refresh_from_db()
    assert (cluster.name, members(cluster)) == ("School", {first.pk, second.pk})


def test_nobody_undoes_a_colleague(owner: StudyAccess) -> None:
    colleague = make.make_access(Role.RESEARCHER, study=owner.study)
    clusters.make_cluster(colleague, name="Theirs", jobs=jobs_of(owner, STATEMENTS[0]))

    with pytest.raises(clusters.ClusterRefused, match="Ask them"):
        group_changes.undo_cluster_change(owner)


def test_dissolving_frees_the_jobs_for_the_next_run(owner: StudyAccess) -> None:
    first, second = jobs_of(owner, *STATEMENTS[:2])
    cluster = proposal(owner, first, second)
    general = clusters.accept_cluster(owner, cluster=cluster)

    clusters.dissolve_cluster(owner, cluster=cluster)

    first.refresh_from_db()
    assert first.general_id is None
    assert not owner.study.jobs.filter(pk=general.pk).exists()
    assert undecided_jobs(owner.study).count() == 2
