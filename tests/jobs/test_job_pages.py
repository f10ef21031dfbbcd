"""The pages of jobs: list, writing, one job, evidence, lint."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jobs.actions import priorities, statements
from jobs.models import Evidence, Job, LintDismissal
from jobs.queries import jobs as queries
from jobs.queries.priorities import known
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make

NOTE = {"note": "The lift was broken", "verbatim": "that lift again"}


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *args])


def statements_shown(response: Any) -> list[str]:
    return [row.job.statement for row in response.context["rows"]]


def with_evidence(access: StudyAccess, **fields: Any) -> Job:
    interview = make.make_interview(access.study)
    job = make.make_job(access.study, interview=interview, **fields)
    quote = make.make_quote(make.make_transcript(interview), "The old van died.")
    make.make_evidence(job, element=make.make_element(interview, quote=quote))
    return job


# --- the list ----------------------------------------------------------------------------------------
def test_an_empty_list_teaches(owner: StudyAccess, login: Any) -> None:
    response = login(owner).get(url(owner, "list"))

    assert response.status_code == 200
    assert "No job has been written yet" in response.content.decode()


def test_each_filter_keeps_what_it_names(owner: StudyAccess, login: Any) -> None:
    kept = with_evidence(owner, statement="Feel calm", level="sub", dimensions=["emotional"])
    make.make_job(owner.study, statement="Carry the shopping", dimensions=["functional"])
    make.make_job(owner.study, statement="Be there", scope="generalised")
    client = login(owner)

    for query in ("q=CALM", "level=sub", "dimension=emotional", f"interview={kept.interview_id}"):
        assert statements_shown(client.get(url(owner, "list") + f"?{query}")) == ["Feel calm"], query
    assert statements_shown(client.get(url(owner, "list") + "?evidence=none")) == [
        "Be there",
        "Carry the shopping",
    ]
    assert statements_shown(client.get(url(owner, "list") + "?scope=generalised")) == ["Be there"]


def test_a_filter_that_makes_no_sense_is_no_filter(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    make.make_job(owner.study, statement="Feel calm")
    foreign = make.make_interview(outsider.study)

    query = f"?scope=x&level=9&interview={foreign.pk}&dimension=%00&page=99999999999999999999"
    assert statements_shown(login(owner).get(url(owner, "list") + query)) == ["Feel calm"]


def test_a_generalised_job_counts_the_evidence_of_its_members(owner: StudyAccess, login: Any) -> None:
    general = make.make_job(owner.study, scope="generalised", statement="Be there")
    for _ in range(2):
        with_evidence(owner, general=general)

    row = login(owner).get(url(owner, "list") + "?scope=generalised").context["rows"][0]

    assert (len(row.held_by), row.supports, row.contradicts) == (2, 2, 0)
    assert login(owner).get(url(owner, "list") + "?scope=generalised&evidence=none").context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_one_row_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    general = make.make_job(owner.study, scope="generalised")
    for _ in range(count):
        with_evidence(owner, general=general)
    client = login(owner)
    with django_assert_num_queries(11):
        client.get(url(owner, "list"))


# --- writing -----------------------------------------------------------------------------------------
def post_job(client: Client, access: StudyAccess, interview: Any, **fields: Any) -> Any:
    data = {"statement": "Feel calm in the morning", "pattern": "emotional", "level": "main"} | fields
    return client.post(url(access, "write", interview.pk), data)


def test_a_job_is_written_with_what_was_chosen(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    speaks_for, against = make.make_element(interview), make.make_element(interview)
    quote = make.make_quote(make.make_transcript(interview), "The old van died.")
    keys = {"supports": [f"e{speaks_for.pk}", f"q{quote.pk}"], "contradicts": [f"e{against.pk}"]}

    response = post_job(login(owner), owner, interview, dimensions=["emotional"], **keys)

    job = owner.study.jobs.get()
    assert response.status_code == 302
    assert (job.statement, job.interview, job.dimensions) == (
        "Feel calm in the morning",
        interview,
        ["emotional"],
    )
    assert set(job.evidence.values_list("element", "quote", "polarity")) == {
        (speaks_for.pk, None, "supports"),
        (None, quote.pk, "supports"),
        (against.pk, None, "contradicts"),
    }


def test_a_warning_dismissed_while_writing_is_stored_with_its_reason(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    reason = {"dismiss-one_job": "bed and breakfast is one thing"}

    post_job(
        login(owner), owner, interview, statement="Run a bed and breakfast", pattern="functional", **reason
    )

    dismissal = LintDismissal.objects.get()
    assert (dismissal.rule, dismissal.reason, dismissal.by) == (
        "one_job",
        "bed and breakfast is one thing",
        owner.user,
    )


@pytest.mark.parametrize("side", ["supports", "contradicts"])
def test_words_of_another_interview_or_study_are_refused_and_nothing_is_lost(
    owner: StudyAccess, outsider: StudyAccess, login: Any, side: str
) -> None:
    interview = make.make_interview(owner.study)
    foreign_quote = make.make_quote(
        make.make_transcript(make.make_interview(outsider.study)), "The old van died."
    )
    strange = [
        f"e{make.make_element(make.make_interview(owner.study)).pk}",
        f"e{make.make_element(make.make_interview(outsider.study)).pk}",
        f"q{foreign_quote.pk}",
        "x1",
        "e99999999999999999999",
    ]
    for key in strange:
        response = post_job(login(owner), owner, interview, **{side: [key]})
        assert (response.status_code, owner.study.jobs.count()) == (422, 0), key
        assert "Feel calm in the morning" in response.content.decode()


def test_the_same_words_cannot_speak_for_and_against(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    key = f"e{make.make_element(interview).pk}"

    response = post_job(login(owner), owner, interview, supports=[key], contradicts=[key])

    assert (response.status_code, owner.study.jobs.count()) == (422, 0)
    assert "cannot both support and contradict" in response.content.decode()


def test_customer_jobs_desires_and_pushes_come_first(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    for kind in ("gain", "push", "", "desire", "event", "job"):
        make.make_element(interview, kind=kind)

    material = login(owner).get(url(owner, "write", interview.pk)).context["material"]

    assert [name for name, _ in material.groups] == [
        "Customer job",
        "Desire",
        "Push",
        "Event",
        "Gain",
        "In the tray, not classified",
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_writing_takes_the_same_queries_for_one_element_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    job = with_evidence(owner)
    for _ in range(count):
        make.make_element(job.interview)
    client = login(owner)
    with django_assert_num_queries(10):
        client.get(url(owner, "write", job.interview_id))


def test_who_only_reads_cannot_write(as_role: Any, owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    for role in (Role.VIEWER, Role.REVIEWER, Role.STRATEGIST):
        assert post_job(login(as_role(role)), owner, interview).status_code == 403


# --- lint --------------------------------------------------------------------------------------------
def test_the_lint_names_its_rule_and_echoes_a_typed_reason(owner: StudyAccess, login: Any) -> None:
    data = {"statement": "Run a bed and breakfast", "pattern": "functional", "dismiss-one_job": "one trade"}

    page = login(owner).post(url(owner, "lint"), data).content.decode()

    assert "Holds one job" in page
    assert 'value="one trade"' in page


def test_the_lint_knows_the_products_of_the_study(owner: StudyAccess, login: Any) -> None:
    make.make_interview(owner.study, hired="Packesel, used")
    data = {"statement": "Ride the Packesel to work", "pattern": "functional"}

    assert "“Packesel” is a solution" in login(owner).post(url(owner, "lint"), data).content.decode()


def test_the_lint_survives_nonsense(owner: StudyAccess, login: Any) -> None:
    data = {"statement": "x" * 9000, "pattern": "haiku", "level": "sky"}

    assert login(owner).post(url(owner, "lint"), data).status_code == 200


# --- one job -----------------------------------------------------------------------------------------
def test_a_job_shows_its_quotes_with_the_way_back_to_the_transcript(owner: StudyAccess, login: Any) -> None:
    job = with_evidence(owner)
    quote = owner.study.quotes.get()

    page = login(owner).get(url(owner, "detail", job.pk)).content.decode()

    assert "The old van died." in page
    place = reverse("interviews:transcript", args=[owner.study.slug, quote.transcript_id])
    assert f'href="{place}?quote={quote.pk}#q{quote.pk}"' in page


def test_a_generalised_job_shows_every_member_with_its_quotes(owner: StudyAccess, login: Any) -> None:
    general = make.make_job(owner.study, scope="generalised", statement="Be there")
    jobs = [with_evidence(owner, general=general, statement=f"Be there by {n}") for n in (7, 8)]

    context = login(owner).get(url(owner, "detail", general.pk)).context

    assert [(member.job, len(member.said)) for member in context["members"].rows] == [
        (job, 1) for job in jobs
    ]
    assert (context["members"].interviews, context["members"].pieces) == (2, 2)


def test_a_generalised_job_is_held_by_as_many_on_its_pages_as_in_the_ranking(
    owner: StudyAccess, login: Any
) -> None:
    general = make.make_job(owner.study, scope="generalised", statement="Be there")
    with_evidence(owner, general=general)
    for grade, polarity in (("A", "supports"), ("D", "supports"), ("A", "contradicts")):
        element = make.make_element(make.make_interview(owner.study), grade=grade)
        make.make_evidence(general, element=element, polarity=polarity)
    client = login(owner)

    page = client.get(url(owner, "detail", general.pk))
    tree = client.get(url(owner, "map")).text
    ranked = known(owner.study).facts[0]

    assert len(ranked.interviews) == 2
    assert "<b>2</b> of 4 interviews" in page.text
    assert "<b>4</b> pieces of evidence" in page.text
    assert "1 individual job of 1 interview" in page.text
    assert ">2 of 4 interviews<" in tree
    assert "</span> 2 of 4 interviews<" in client.get(url(owner, "list")).text


def test_the_history_of_a_job_is_told_in_whole_sentences(owner: StudyAccess, login: Any) -> None:
    job = make.make_job(owner.study, scope="generalised", statement="Be there")
    priorities.rate(owner, job=job, criterion="importance", value=4)
    statements.dismiss_warning(owner, job=job, rule="too_long", reason="It is one thing")

    told = [event.deed for event in login(owner).get(url(owner, "detail", job.pk)).context["history"]]

    assert told == ["dismissed a warning on this job", "rated this job"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_generalised_job_takes_the_same_queries_for_one_member_and_for_three(
    owner: StudyAccess, login: Any, django_assert_num_queries: Any, count: int
) -> None:
    general = make.make_job(owner.study, scope="generalised")
    for _ in range(count):
        with_evidence(owner, general=general)
    client = login(owner)
    with django_assert_num_queries(17):
        client.get(url(owner, "detail", general.pk))


def test_an_edit_saves_and_a_stale_one_keeps_both_texts(owner: StudyAccess, login: Any) -> None:
    job = make.make_job(owner.study, statement="Before")
    data = {"statement": "Mine", "pattern": "functional", "level": "main", "version": 1}
    client = login(owner)
    statements.edit_job(owner, job=job, seen=1, statement="Theirs, saved a moment ago")

    response = client.post(url(owner, "edit", job.pk), data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs, saved a moment ago" in page
    assert ">Mine</textarea>" in page
    assert client.post(url(owner, "edit", job.pk), data | {"version": 2}).status_code == 302
    assert owner.study.jobs.get().statement == "Mine"


def test_deleting_and_bringing_back(owner: StudyAccess, login: Any) -> None:
    job, client = with_evidence(owner), login(owner)

    client.post(url(owner, "delete", job.pk))
    assert owner.study.jobs.count() == 0
    assert client.get(url(owner, "detail", job.pk)).status_code == 404

    client.post(url(owner, "restore", job.pk))
    assert [(found, found.evidence.count()) for found in owner.study.jobs.all()] == [(job, 1)]


def test_evidence_is_added_turned_removed_and_brought_back(owner: StudyAccess, login: Any) -> None:
    interview = make.make_interview(owner.study)
    job, element, client = (
        make.make_job(owner.study, interview=interview),
        make.make_element(interview),
        login(owner),
    )

    client.post(url(owner, "evidence", job.pk), {"supports": [f"e{element.pk}"]})
    tie = Evidence.objects.get()
    client.post(url(owner, "evidence_turn", job.pk, tie.pk), {"polarity": "contradicts"})
    tie.refresh_from_db()
    assert (tie.job, tie.element, tie.polarity) == (job, element, "contradicts")

    response = client.post(url(owner, "evidence_remove", job.pk, tie.pk), follow=True)
    *_, notice = response.context["messages"]
    assert Evidence.objects.count() == 0
    client.post(notice.extra_tags.removeprefix("undo:"))
    assert [(tie.element, tie.polarity) for tie in Evidence.objects.all()] == [(element, "contradicts")]


def test_evidence_of_another_job_is_not_found_under_this_one(owner: StudyAccess, login: Any) -> None:
    mine, other = with_evidence(owner), with_evidence(owner)
    strange = other.evidence.get().pk

    assert login(owner).post(url(owner, "evidence_remove", mine.pk, strange)).status_code == 404


def test_a_warning_is_dismissed_with_a_reason_only_and_can_come_back(owner: StudyAccess, login: Any) -> None:
    job, client = make.make_job(owner.study, statement="Run a bed and breakfast"), login(owner)

    client.post(url(owner, "dismiss", job.pk), {"rule": "one_job", "reason": " "})
    assert LintDismissal.objects.count() == 0
    client.post(url(owner, "dismiss", job.pk), {"rule": "one_job", "reason": "One trade"})
    assert "One trade" in client.get(url(owner, "detail", job.pk)).content.decode()
    client.post(url(owner, "dismiss", job.pk), {"rule": "one_job", "heed": "1"})
    assert LintDismissal.objects.count() == 0


def test_no_statement_ever_stands_in_an_address(owner: StudyAccess, login: Any) -> None:
    job = with_evidence(owner, statement="Zebrastreifen")

    for name, args in [("detail", [job.pk]), ("list", []), ("map", []), ("clusters", [])]:
        page = login(owner).get(url(owner, name, *args)).content.decode()
        assert "Zebrastreifen" in page
        assert not [part for part in page.split('"') if part.startswith("/") and "Zebra" in part]


def test_a_generalised_job_of_very_many_shows_them_page_by_page_and_counts_them_all(
    owner: StudyAccess, login: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MEMBERS_A_PAGE", 2)
    general = make.make_job(owner.study, scope="generalised", statement="Be there")
    for _ in range(3):
        with_evidence(owner, general=general)
    pages = [login(owner).get(f"{url(owner, 'detail', general.pk)}?page={page}") for page in (1, 2)]
    found = [page.context["members"] for page in pages]
    assert [len(members.rows) for members in found] == [2, 1]
    assert [(members.count, members.interviews, members.pieces) for members in found] == [(3, 3, 3)] * 2
