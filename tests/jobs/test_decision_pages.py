"""The board and the group page where people decide: pins, proposals to join, doubts, what a run changed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from jobs.actions import clusters, grouping
from jobs.actions.pins import pin_jobs
from jobs.models import ClusterMember, JobCluster
from jobs.queries.clusters import board
from jobs.queries.doubt import doubt
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from tests import factories as make
from tests.jobs.groups import found
from tests.jobs.test_cluster_pages import HTMX, group, job_in, url


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- pins --------------------------------------------------------------------------------------------
def test_two_jobs_are_pinned_from_the_board_and_both_cards_say_so(owner: StudyAccess, login: Any) -> None:
    cluster, client = group(owner), login(owner)
    one, other = (member.job for member in cluster.members.all())

    data = {"one": one.pk, "other": other.pk, "kind": "apart", "reason": "Another trigger"}
    page = text(client.post(url(owner, "cluster_pin"), data, headers=HTMX))

    assert page.count("ept apart from") == 4  # a title and words for those who do not see it, twice
    assert owner.study.pins.get().reason == "Another trigger"


def test_a_contradiction_is_told_in_place(owner: StudyAccess, login: Any) -> None:
    one, other = job_in(owner), job_in(owner)
    pin_jobs(owner, kind="together", one=one, other=other)

    data = {"one": one.pk, "other": other.pk, "kind": "apart"}
    response = login(owner).post(url(owner, "cluster_pin"), data, headers=HTMX)

    assert (response.status_code, "belong together" in text(response)) == (409, True)


@pytest.mark.parametrize("field", ["one", "other"])
def test_a_foreign_job_is_not_pinned(
    owner: StudyAccess, outsider: StudyAccess, login: Any, field: str
) -> None:
    data = {"one": job_in(owner).pk, "other": job_in(owner).pk, "kind": "apart"}

    response = login(owner).post(url(owner, "cluster_pin"), data | {field: job_in(outsider).pk}, headers=HTMX)

    assert (response.status_code, owner.study.pins.count()) == (409, 0)


def test_nobody_takes_a_pair_out_by_hand_that_is_no_choice(owner: StudyAccess, login: Any) -> None:
    data = {"one": job_in(owner).pk, "other": job_in(owner).pk, "kind": "left"}

    assert login(owner).post(url(owner, "cluster_pin"), data, headers=HTMX).status_code == 409


def test_the_picker_offers_jobs_and_finds_them_by_words_without_a_script(
    owner: StudyAccess, login: Any
) -> None:
    job, near = job_in(owner), job_in(owner, statement="Sing in a choir")
    client = login(owner)

    page = text(client.get(url(owner, "cluster_pin"), {"job": job.pk}))
    found_one = text(client.get(url(owner, "cluster_pin"), {"job": job.pk, "q": "choir"}, headers=HTMX))
    nothing = text(client.get(url(owner, "cluster_pin"), {"job": job.pk, "q": "xylophone"}, headers=HTMX))

    assert f'name="other" value="{near.pk}"' in page
    assert (found_one.count("<label"), "Sing in a choir" in found_one) == (1, True)
    assert nothing == '<p class="hint">No other job holds these words.</p>'


def test_the_picker_without_a_job_leads_back_to_the_board(owner: StudyAccess, login: Any) -> None:
    assert "Choose a job first" in text(login(owner).get(url(owner, "cluster_pin")))


def test_two_ticked_members_are_pinned_on_the_page_of_their_group(owner: StudyAccess, login: Any) -> None:
    cluster, client = group(owner, count=3), login(owner)
    ids = [member.job_id for member in cluster.members.all()]
    data = {"kind": "together", "reason": "One errand"}

    three = client.post(url(owner, "cluster_pin_members", cluster.pk), data | {"jobs": ids})
    two = client.post(url(owner, "cluster_pin_members", cluster.pk), data | {"jobs": ids[:2]}, follow=True)

    assert (three.status_code, "3 are ticked" in text(three)) == (422, True)
    assert "belongs with" in text(two)
    assert owner.study.pins.get().reason == "One errand"


def test_decisions_are_listed_with_reasons_and_taken_back(owner: StudyAccess, login: Any) -> None:
    one, other, client = job_in(owner), job_in(owner, statement="Sing in a choir"), login(owner)
    pin = pin_jobs(owner, kind="apart", one=one, other=other, reason="Another trigger")
    clusters.make_cluster(owner, name="Choir", jobs=[other], reason="They sing")

    page = text(client.get(url(owner, "decisions")))
    after = client.post(url(owner, "pin_remove", pin.pk), follow=True)

    assert ("Another trigger" in page, "They sing" in page) == (True, True)
    assert (owner.study.pins.count(), "Taken back" in text(after)) == (0, True)
    client.post(url(owner, "cluster_undo"))
    assert owner.study.pins.count() == 1


def test_a_viewer_reads_the_decisions_and_changes_none(owner: StudyAccess, as_role: Any, login: Any) -> None:
    pin = pin_jobs(owner, kind="apart", one=job_in(owner), other=job_in(owner))
    client = login(as_role(Role.VIEWER))

    assert "Take back" not in text(client.get(url(owner, "decisions"))).replace(
        'visually-hidden">Take back', ""
    )
    assert client.post(url(owner, "pin_remove", pin.pk)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_decisions_take_the_same_queries_for_one_pair_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        pin_jobs(owner, kind="apart", one=job_in(owner), other=job_in(owner))
    client = login(owner)
    with django_assert_num_queries(7):
        client.get(url(owner, "decisions"))


# --- how sure ----------------------------------------------------------------------------------------
def test_a_group_says_how_often_it_held_and_on_whom_it_stands(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner, stability=0.92, resamples=100, cohesion=0.5, agreement=1.0)
    interviews = [member.job.interview for member in cluster.members.all()]
    cluster.stands_on.set(interviews[:1])
    one = text(login(owner).get(url(owner, "clusters")))
    cluster.stands_on.set([make.make_interview(owner.study) for _ in range(3)])
    many = text(login(owner).get(url(owner, "cluster", cluster.pk)))

    assert "held together in <b>92 of 100</b> resamples" in one
    assert f"stands on one voice: {interviews[0].participant}" in one
    assert "falls when any one of 3 interviews is left out" in many


def test_a_decided_group_says_how_often_it_is_found_without_the_decision(
    owner: StudyAccess, login: Any
) -> None:
    cluster = group(owner, stability=0.02, resamples=100, cohesion=0.2, agreement=0.2)
    JobCluster.objects.filter(pk=cluster.pk).update(decided=True)
    board_page = text(login(owner).get(url(owner, "clusters")))
    own_page = text(login(owner).get(url(owner, "cluster", cluster.pk)))

    assert "found without the decision in <b>2 of 100</b> resamples" in board_page
    assert "2 of 100 resamples, without the decision" in own_page
    assert "does not hang on any single interview" not in own_page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"margin": 0.2, "stability": 0.9}, ""),
        ({"margin": 0.01, "stability": None}, "nearly as close to another group (margin 0.01)"),
        ({"margin": -0.06, "stability": None}, "closer to another group (margin −0.06)"),
        ({"margin": 0.2, "stability": 0.41}, "here in only 41 % of the resamples, its group in 90 %"),
        ({"margin": 0.2, "stability": 0.41, "held": 0.5}, ""),
        ({"margin": 0.01, "stability": 0.41, "decided": True}, ""),
        ({"margin": 0.01, "proposed": True}, ""),
    ],
)
def test_a_doubtful_member_says_why(fields: dict[str, Any], told: str) -> None:
    usual = {"margin": None, "stability": None, "held": 0.9, "decided": False, "proposed": False}
    assert doubt(SimpleNamespace(**usual | fields)) == told


def test_the_review_queue_begins_with_what_is_most_doubtful(owner: StudyAccess, login: Any) -> None:
    sure, doubtful, joined = (group(owner, name=name) for name in ("Sure", "Doubtful", "Joined"))
    doubtful.members.update(margin=0.01)
    ClusterMember.objects.filter(pk=joined.members.all()[0].pk).update(proposed=True)

    found_first = board(owner.study, order="doubt")
    page = text(login(owner).get(url(owner, "clusters"), {"order": "doubt"}))

    assert [shown.cluster for shown in found_first.groups] == [doubtful, joined, sure]
    assert (found_first.to_review, "Doubtful first <small>3</small>" in page) == (3, True)
    assert login(owner).get(url(owner, "clusters"), {"order": "x"}).context["board"].order == ""


def test_proposals_that_hardly_ever_came_together_are_called_hints(owner: StudyAccess, login: Any) -> None:
    group(owner, stability=0.2, resamples=100)
    low = text(login(owner).get(url(owner, "clusters")))
    group(owner, stability=0.8, resamples=100)
    high = text(login(owner).get(url(owner, "clusters")))

    assert ("Read it as hints" in low, "Read it as hints" in high) == (True, False)
    assert "held together in <b>20 of 100</b> resamples: only a hint" in high
    assert "held together in <b>80 of 100</b> resamples</span>" in high


def test_the_review_queue_begins_with_mere_hints(owner: StudyAccess, login: Any) -> None:
    doubtful = group(owner, name="Doubtful", stability=0.9, resamples=100)
    doubtful.members.update(margin=0.01)
    hint = group(owner, name="Hint", stability=0.2, resamples=100)
    hint.members.update(stability=0.2)

    found = board(owner.study, order="doubt")
    page = text(login(owner).get(url(owner, "clusters"), {"order": "doubt"}))
    doubtful.delete()
    alone = text(login(owner).get(url(owner, "clusters"), {"order": "doubt"}))

    assert [(shown.cluster.name, shown.doubtful) for shown in found.groups] == [("Hint", 0), ("Doubtful", 2)]
    assert (found.to_review, "Nothing is doubtful" in page + alone) == (2, False)


# --- a run and what it changed -----------------------------------------------------------------------
def test_a_run_is_asked_how(owner: StudyAccess, login: Any) -> None:
    job_in(owner)
    client = login(owner)

    client.post(url(owner, "cluster_run"))
    client.post(url(owner, "cluster_run"), {"levels": "together", "dimensions": "apart"})
    client.post(url(owner, "cluster_run"), {"levels": "sideways"})

    asked = [run.params for run in owner.study.runs.order_by("pk")]
    assert asked == [grouping.DEFAULTS, {"levels": "together", "dimensions": "apart"}]
    page = text(client.get(url(owner, "clusters")))
    assert 'name="levels" value="together" checked' in page


def stored(access: StudyAccess, *groups: dict[str, Any]) -> Run:
    run = access.study.runs.create(
        kind="jobs.cluster", input_digest="x", created_by=access.user, params=grouping.DEFAULTS, state="done"
    )
    grouping.store_grouping(access, run=run, groups=list(groups), said={"statements": 6})
    return run


def busy_board(access: StudyAccess, count: int) -> JobCluster:
    """`count` times a group that changed, an accepted group with a job proposed to join, and a pin."""
    jobs = [job_in(access) for _ in range(4 * count)]
    accepted = []
    for _ in range(count):
        accepted.append(
            clusters.make_cluster(access, name="Get there", jobs=[job_in(access), job_in(access)])
        )
        clusters.accept_cluster(access, cluster=accepted[-1])
        pin_jobs(access, kind="apart", one=job_in(access), other=job_in(access))
    stored(access, *(found(jobs[4 * n : 4 * n + 3]) for n in range(count)))
    again = [found(jobs[4 * n : 4 * n + 2], stands_on=[jobs[0].interview_id]) for n in range(count)]
    joins = [
        found([*(m.job for m in group.members.all()), jobs[4 * n + 3]], fixed=group.pk)
        for n, group in enumerate(accepted)
    ]
    stored(access, *again, *joins)
    return accepted[0]


def test_the_board_tells_what_a_run_changed_and_every_line_leads_somewhere(
    owner: StudyAccess, login: Any
) -> None:
    accepted = busy_board(owner, 1)

    page = text(login(owner).get(url(owner, "clusters")))

    assert '<details class="changes" open>' in page
    assert "2 jobs moved, the ranking could change" in page
    assert "heard in <b>3</b> instead of 2 of" in page
    assert f'href="{url(owner, "cluster", accepted.pk)}"' in page


def test_what_changed_folds_away_once_somebody_decides(owner: StudyAccess, login: Any) -> None:
    busy_board(owner, 1)
    clusters.rename_cluster(owner, cluster=owner.study.jobclusters.all()[0], name="Mine")

    assert '<details class="changes">' in text(login(owner).get(url(owner, "clusters")))


def test_a_job_is_taken_in_and_turned_down_on_the_board(owner: StudyAccess, login: Any) -> None:
    accepted, client = busy_board(owner, 1), login(owner)
    job = accepted.members.get(proposed=True).job

    client.post(url(owner, "cluster_place"), {"job": job.pk, "to": accepted.pk}, headers=HTMX)
    job.refresh_from_db()
    assert job.general == accepted.general
    client.post(url(owner, "cluster_undo"), headers=HTMX)
    client.post(url(owner, "cluster_place"), {"job": job.pk}, headers=HTMX)
    job.refresh_from_db()
    assert (job.general, owner.study.pins.filter(kind="left").count()) == (None, 1)


def test_decisions_since_the_last_run_ask_for_a_new_one(owner: StudyAccess, login: Any) -> None:
    busy_board(owner, 1)
    pin_jobs(owner, kind="apart", one=job_in(owner), other=job_in(owner))

    page = text(login(owner).get(url(owner, "clusters")))

    assert "1 decision about pairs since the last grouping" in page


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_a_run_that_came_to_nothing_hides_nothing(owner: StudyAccess, login: Any, state: str) -> None:
    busy_board(owner, 1)
    pin_jobs(owner, kind="apart", one=job_in(owner), other=job_in(owner))
    owner.study.runs.create(kind="jobs.cluster", input_digest="y", created_by=owner.user, state=state)

    page = text(login(owner).get(url(owner, "clusters")))

    assert "2 jobs moved, the ranking could change" in page
    assert "1 decision about pairs since the last grouping" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_busy_board_stays_within_twenty_queries(
    owner: StudyAccess, login: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    busy_board(owner, count)
    client = login(owner)
    with django_assert_max_num_queries(20):
        client.get(url(owner, "clusters"))


# --- the general statement ---------------------------------------------------------------------------
def test_the_accept_form_holds_the_proposed_statement_and_says_what_is_common(
    owner: StudyAccess, login: Any
) -> None:
    cluster = JobCluster.objects.create(study=owner.study, name="Get my kids to school")
    for statement in ("Get my kids to school on time", "Get the children to school on time in the rain"):
        job_in(owner, cluster, statement=statement)
    JobCluster.objects.update(proposal="Get the children to school on time")

    page = text(login(owner).get(url(owner, "cluster", cluster.pk)))

    assert ">Get the children to school on time</textarea>" in page
    assert 'children <span class="time">2 of 2</span>' in page
    assert "A person writes the final one" in page


def test_where_no_general_statement_is_possible_the_page_says_why(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner, count=0)
    job_in(owner, cluster, statement="Sing in a choir")
    job_in(owner, cluster, statement="Repair a puncture on the motorway")
    JobCluster.objects.update(proposal="Sing in a choir")

    page = text(login(owner).get(url(owner, "cluster", cluster.pk)))

    assert "The members share no verb." in page


def test_a_name_that_a_person_gave_wins_over_the_proposal(owner: StudyAccess, login: Any) -> None:
    cluster = group(owner, named=True, name="Mornings", proposal="Get there")

    assert ">Mornings</textarea>" in text(login(owner).get(url(owner, "cluster", cluster.pk)))
