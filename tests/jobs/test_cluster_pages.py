"""The board of groups and the page of one group."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from jobs.actions import clusters, grouping, statements
from jobs.models import ClusterMember, Job, JobCluster
from jobs.queries import clusters as queries
from jobs.queries.clusters import Group, board, interviews_of
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make

HTMX = {"HX-Request": "true"}


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *args])


def job_in(access: StudyAccess, cluster: JobCluster | None = None, **fields: Any) -> Job:
    job = make.make_job(access.study, interview=make.make_interview(access.study), **fields)
    if cluster:
        ClusterMember.objects.create(study=access.study, cluster=cluster, job=job, similarity=0.5, margin=0.2)
    return job


def group(access: StudyAccess, count: int = 2, **fields: Any) -> JobCluster:
    cluster = JobCluster.objects.create(study=access.study, **{"name": "Get there"} | fields)
    for _ in range(count):
        job_in(access, cluster)
    return cluster


def members(cluster: JobCluster) -> set[int]:
    return set(cluster.members.values_list("job_id", flat=True))


def test_an_empty_board_teaches(owner: StudyAccess, login: Any) -> None:
    assert "no individual jobs to group yet" in login(owner).get(url(owner, "clusters")).content.decode()


def test_a_run_is_started_and_says_where_there_are_no_clear_groups(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    job_in(owner, statement="Keep bees in a city")
    job_in(owner, statement="Learn the violin after retirement")

    with django_capture_on_commit_callbacks(execute=True):
        login(owner).post(url(owner, "cluster_run"))
    page = login(owner).get(url(owner, "clusters")).content.decode()

    assert owner.study.runs.get().state == "done"
    assert "No clear groups" in page


def test_nothing_to_group_is_said_in_words(owner: StudyAccess, login: Any) -> None:
    group(owner, decided=True)

    page = login(owner).post(url(owner, "cluster_run"), follow=True).content.decode()

    assert "Every individual job already has its place" in page


def test_a_card_moves_to_another_group_and_out_of_all(owner: StudyAccess, login: Any) -> None:
    one, two, client = group(owner), group(owner), login(owner)
    job = one.members.all()[0].job

    client.post(url(owner, "cluster_place"), {"job": job.pk, "to": two.pk}, headers=HTMX)
    assert (job.pk in members(one), job.pk in members(two)) == (False, True)
    response = client.post(url(owner, "cluster_place"), {"job": job.pk, "to": ""}, headers=HTMX)
    assert (job.pk in members(two), response.context["board"].loose) == (False, [job])
    told = owner.study.history.filter(verb="cluster.moved").values_list("target_label", flat=True)
    assert list(told) == [job.statement, job.statement]


@pytest.mark.parametrize("field", ["job", "to"])
def test_a_foreign_job_or_group_in_the_body_is_refused(
    owner: StudyAccess, outsider: StudyAccess, login: Any, field: str
) -> None:
    mine, foreign = group(owner), group(outsider)
    data = {"job": mine.members.all()[0].job_id, "to": mine.pk}
    strange = {"job": foreign.members.all()[0].job_id, "to": foreign.pk}

    response = login(owner).post(url(owner, "cluster_place"), data | {field: strange[field]}, headers=HTMX)

    assert response.status_code == 409
    assert (len(members(mine)), len(members(foreign))) == (2, 2)


def test_foreign_rows_never_split_merge_or_make_a_group(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    mine, foreign, client = group(owner), group(outsider), login(owner)
    strange = foreign.members.all()[0].job_id

    split = client.post(url(owner, "cluster_split", mine.pk), {"jobs": [strange]})
    merge = client.post(url(owner, "cluster_merge", mine.pk), {"into": foreign.pk})
    made = client.post(url(owner, "cluster_new"), {"jobs": [strange]}, headers=HTMX)

    assert (split.status_code, merge.status_code, made.status_code) == (422, 422, 409)
    assert (len(members(mine)), len(members(foreign))) == (2, 2)


def test_accepting_takes_the_edited_statement_the_reason_and_what_was_dismissed(
    owner: StudyAccess, login: Any
) -> None:
    cluster = group(owner)
    data = {"statement": "Get there and back", "rationale": "One way is half", "dismiss-one_job": "one trip"}

    login(owner).post(url(owner, "cluster_accept", cluster.pk), data)

    general = owner.study.jobs.get(scope="generalised")
    assert (general.statement, general.rationale) == ("Get there and back", "One way is half")
    assert set(general.members.values_list("pk", flat=True)) == members(cluster)
    assert [(d.rule, d.reason) for d in general.dismissals.all()] == [("one_job", "one trip")]


def test_a_refused_accept_keeps_what_was_typed(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner, count=1)

    response = login(owner).post(url(owner, "cluster_accept", cluster.pk), {"statement": "My own words"})

    page = response.content.decode()
    assert response.status_code == 409
    assert "stands on 1 interview" in page
    assert ">My own words</textarea>" in page


def test_a_group_is_accepted_once(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner)
    stale = JobCluster.objects.get(pk=cluster.pk)
    clusters.accept_cluster(owner, cluster=cluster, statement="First")

    with pytest.raises(clusters.ClusterRefused, match="accepted already"):
        clusters.accept_cluster(owner, cluster=stale, statement="Second")
    assert owner.study.jobs.filter(scope="generalised").count() == 1


def test_rename_split_merge_and_dissolve_through_the_pages_and_back(owner: StudyAccess, login: Any) -> None:
    one, two, client = group(owner, count=3, name="One"), group(owner, name="Two"), login(owner)
    was = members(one)
    leaves = one.members.all()[0].job_id

    client.post(url(owner, "cluster_rename", one.pk), {"name": "Uno"})
    client.post(url(owner, "cluster_split", one.pk), {"jobs": [leaves], "name": "Part"})
    client.post(url(owner, "cluster_merge", one.pk), {"into": two.pk})
    client.post(url(owner, "cluster_dissolve", two.pk))
    assert [cluster.name for cluster in owner.study.jobclusters.all()] == ["Part"]
    for _ in range(4):
        client.post(url(owner, "cluster_undo"))

    one.refresh_from_db()
    assert (one.name, one.deleted_at, members(one)) == ("One", None, was)
    assert sorted(cluster.name for cluster in owner.study.jobclusters.all()) == ["One", "Two"]


def test_what_was_measured_of_members_before_a_split_is_called_older(owner: StudyAccess, login: Any) -> None:
    one, client = group(owner, count=3, cohesion=0.5), login(owner)
    one.members.update(margin=0.01)
    pages = [url(owner, "cluster", one.pk), url(owner, "clusters")]
    older = [
        'margin <span class="time">0.01</span>: measured before the group was changed',
        "(margin 0.01), before",
    ]

    def seen() -> list[bool]:
        return [words in client.get(page).text for words, page in zip(older, pages, strict=True)]

    assert seen() == [False, False]
    client.post(url(owner, "cluster_split", one.pk), {"jobs": [one.members.all()[0].job_id]})
    assert seen() == [True, True]


def test_splitting_everything_off_is_refused_in_place(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner)

    response = login(owner).post(url(owner, "cluster_split", cluster.pk), {"jobs": list(members(cluster))})

    assert (response.status_code, response.context["ticked"]) == (409, sorted(members(cluster)))


def test_nobody_takes_back_what_a_colleague_did(owner: StudyAccess, as_role: Any, login: Any) -> None:
    cluster = group(owner)
    clusters.rename_cluster(as_role(Role.RESEARCHER), cluster=cluster, name="Theirs")

    response = login(owner).post(url(owner, "cluster_undo"), headers=HTMX)

    assert response.status_code == 409
    assert "Ask them to undo it" in response.content.decode()


def test_a_page_learns_who_changed_the_groups(owner: StudyAccess, as_role: Any, login: Any) -> None:
    cluster, colleague = group(owner), as_role(Role.RESEARCHER)
    client = login(owner)
    assert client.get(url(owner, "cluster_news")).json() == {"id": 0, "by": "", "mine": True}

    clusters.rename_cluster(colleague, cluster=cluster, name="Theirs")

    news = client.get(url(owner, "cluster_news")).json()
    assert (news["by"], news["mine"]) == (colleague.user.first_name, False)
    assert news["id"] == client.get(url(owner, "clusters")).context["change"].pk


def test_moving_a_card_decides_the_group_that_it_comes_to_so_that_a_run_leaves_it(owner: StudyAccess) -> None:
    one, two = group(owner, count=3), group(owner)
    job = one.members.all()[0].job
    clusters.move_member(owner, job=job, to=two)

    run = owner.study.runs.create(kind="jobs.cluster", input_digest="x", created_by=owner.user)
    grouping.store_grouping(owner, run=run, groups=[], said={})

    assert (len(members(one)), len(members(two))) == (0, 3)


def test_a_deleted_job_leaves_its_group_and_does_not_count(owner: StudyAccess) -> None:
    cluster = group(owner, count=3)
    statements.trash_job(owner, job=cluster.members.all()[0].job)

    (shown,) = board(owner.study).proposed
    assert (shown.count, shown.interviews, interviews_of(cluster)) == (2, 2, 2)


def test_deleting_a_generalised_job_makes_its_group_a_proposal_again(owner: StudyAccess) -> None:
    cluster = group(owner)
    general = clusters.accept_cluster(owner, cluster=cluster)

    statements.trash_job(owner, job=general)
    cluster.refresh_from_db()
    assert (cluster.state, cluster.general, general.members.count()) == ("proposed", None, 0)

    statements.restore_job(owner, job=general)
    cluster.refresh_from_db()
    assert (cluster.state, cluster.general, general.members.count()) == ("accepted", general, 2)


@pytest.mark.parametrize(("cohesion", "word"), [(0.55, "solid"), (0.35, "check"), (0.2, "loose"), (None, "")])
def test_cohesion_is_told_in_words(cohesion: float | None, word: str) -> None:
    assert Group(JobCluster(cohesion=cohesion)).holds == word


def test_a_member_that_could_go_elsewhere_is_marked_until_somebody_decides(owner: StudyAccess) -> None:
    cluster = group(owner, count=2)
    ClusterMember.objects.update(margin=0.01)
    ClusterMember.objects.filter(pk=cluster.members.all()[0].pk).update(decided=True)

    (shown,) = board(owner.study).proposed
    assert shown.doubtful == 1


def test_members_of_different_levels_are_pointed_out(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner)
    job_in(owner, cluster, level="micro")

    assert (
        "never to merge a purpose with what serves it"
        in login(owner).get(url(owner, "cluster", cluster.pk)).content.decode()
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_takes_the_same_queries_for_one_group_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        group(owner)
        job_in(owner)
    client = login(owner)
    with django_assert_num_queries(17):
        client.get(url(owner, "clusters"))


@pytest.mark.parametrize("count", [1, 3])
def test_a_group_takes_the_same_queries_for_one_member_and_voice_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    cluster = group(owner, count=count, stability=0.9, resamples=100)
    cluster.stands_on.set(member.job.interview for member in cluster.members.all())
    client = login(owner)
    with django_assert_num_queries(13):
        client.get(url(owner, "cluster", cluster.pk))


def test_a_large_group_fetches_what_its_later_members_said(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner, count=21)
    last = cluster.members.all()[20].job
    element = make.make_element(last.interview, verbatim="Never again")
    make.make_evidence(last, element=element)
    client = login(owner)

    assert "Never again" not in client.get(url(owner, "cluster", cluster.pk)).content.decode()
    assert "Never again" in client.get(url(owner, "said", last.pk) + "?bare").content.decode()


def test_a_group_is_made_by_hand_out_of_one_card(owner: StudyAccess, login: Any) -> None:
    source = group(owner, count=3)
    job = source.members.all()[0].job

    login(owner).post(url(owner, "cluster_new"), {"jobs": [job.pk]}, headers=HTMX)

    made = owner.study.jobclusters.exclude(pk=source.pk).get()
    assert (made.name, made.decided, members(made)) == (job.statement, True, {job.pk})
    assert len(members(source)) == 2


def test_a_very_large_group_comes_page_by_page(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MEMBERS_A_PAGE", 2)
    cluster = group(owner, count=3)
    pages = [login(owner).get(f"{url(owner, 'cluster', cluster.pk)}?page={page}") for page in (1, 2)]
    shown = [[member.pk for member in page.context["group"].members] for page in pages]
    assert [len(page) for page in shown] == [2, 1]
    assert {*shown[0], *shown[1]} == set(cluster.members.values_list("pk", flat=True))
    assert [page.context["group"].count for page in pages] == [3, 3]
