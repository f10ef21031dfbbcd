"""Making, listing, taking along and deleting the board paper; who is quoted in it, and who may have it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from interviews.actions.participants import set_consent
from jobs.actions import priorities
from jobs.actions.papers import TRASHED, PapersRefused, ask_for_papers, delete_papers, restore_papers
from jobs.actions.snapshots import approve_ranking
from jobs.models import Job, Paper
from jobs.queries.papers import LONG_QUOTE, material_of, method_of, quotes_of
from studies import runs
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from tests import factories as make
from tests.jobs.surveys_made import make_survey, respond
from tests.jobs.test_priorities import held_by

Login = Callable[[StudyAccess], Client]


def at(access: StudyAccess, name: str, *ids: int) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *ids])


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def made(owner: StudyAccess, django_capture_on_commit_callbacks: Any) -> Callable[..., Run]:
    """Asks for the documents and lets the run happen."""

    def make_them(access: StudyAccess = owner, **what: Any) -> Run:
        with django_capture_on_commit_callbacks(execute=True):
            run = ask_for_papers(access, **{"snapshot": None} | what)
        run.refresh_from_db()
        return run

    return make_them


def pdf_of(run: Run) -> str:
    paper = run.papers.get(kind=Paper.Kind.PDF)
    with paper.file.open() as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def quoted_by(access: StudyAccess, job: Job) -> list[tuple[str, str, bool]]:
    return [(said.text, said.who, said.against) for said in quotes_of(access.study, [job.pk])[job.pk]]


# --- making -------------------------------------------------------------------------------------------
def test_one_click_makes_the_documents_and_tells_of_them(owner: StudyAccess, made: Any) -> None:
    held_by(owner, 3, verbatim="We were late again")

    run = made()

    assert (run.state, run.error, run.result) == ("done", "", {"jobs": 1, "documents": 3})
    assert [paper.kind for paper in run.papers.order_by("pk")] == ["pdf", "pptx", "xlsx"]
    assert "We were late again" in pdf_of(run)
    entry = owner.study.history.first()
    assert entry
    assert (entry.sentence, entry.target_label) == ("made the board paper", "from the ranking of the day")


def test_a_paper_from_an_approved_ranking_tells_its_numbers_and_what_changed(
    owner: StudyAccess, made: Any
) -> None:
    held_by(owner, 4)
    snapshot = approve_ranking(owner, name="Board, May", note="Go")
    held_by(owner, 9)

    text = pdf_of(made(snapshot=snapshot))

    assert "Approved as “Board, May”" in text
    assert "Since then: 2 jobs moved, 9 interviews more." in text
    assert "4 of 4 interviews" in text
    assert "9 of 13 interviews" not in text


def test_asking_again_gives_the_numbers_as_they_are(owner: StudyAccess, made: Any) -> None:
    """Answers of a public survey, for one, leave no line in the history."""
    held_by(owner, 3)
    assert "3 of 3 interviews" in pdf_of(made())

    held_by(owner, 4)

    assert "4 of 7 interviews" in pdf_of(made())


def test_two_clicks_are_one_run_until_a_worker_begins_to_read(owner: StudyAccess) -> None:
    held_by(owner, 3)
    first, twice = (ask_for_papers(owner, snapshot=None) for _ in range(2))
    assert first == twice

    runs.claim(first.pk)

    later, again = (ask_for_papers(owner, snapshot=None) for _ in range(2))
    assert first != later == again


def test_documents_come_back_with_undo_together(owner: StudyAccess, made: Any, login: Login) -> None:
    held_by(owner, 3)
    paper, client = made().papers.first(), login(owner)

    page = client.post(at(owner, "paper_delete", paper.pk), follow=True)
    assert (Paper.objects.count(), client.get(at(owner, "paper", paper.pk)).status_code) == (0, 404)
    assert at(owner, "paper_restore", paper.pk) in page.text
    client.post(at(owner, "paper_restore", paper.pk))

    assert Paper.objects.count() == 3
    assert client.get(at(owner, "paper", paper.pk)).status_code == 200
    verbs = owner.study.history.filter(verb__startswith="paper.").values_list("verb", flat=True)
    assert list(verbs) == ["paper.restored", "paper.deleted", "paper.made"]


def test_deleted_documents_are_gone_for_good_after_a_day(
    owner: StudyAccess, made: Any, django_capture_on_commit_callbacks: Any
) -> None:
    held_by(owner, 3)
    first = made()
    names = [each.file.name for each in first.papers.all()]
    delete_papers(owner, paper=first.papers.first())
    first.papers(manager="with_trash").update(deleted_at=timezone.now() - TRASHED)

    with django_capture_on_commit_callbacks(execute=True), pytest.raises(PapersRefused, match="for good"):
        restore_papers(owner, paper=first.papers(manager="with_trash").first())

    assert (Paper.with_trash.count(), [default_storage.exists(name) for name in names]) == (0, [False] * 3)


@pytest.mark.parametrize("first", ["withdrawn", "deleted"])
def test_quotes_of_somebody_who_withdrew_are_gone_for_good_at_once(
    owner: StudyAccess, made: Any, login: Login, django_capture_on_commit_callbacks: Any, first: str
) -> None:
    """Whether consent was withdrawn before the documents were deleted or after it."""
    job = held_by(owner, 3)
    paper, client = made().papers.first(), login(owner)
    leave = lambda: set_consent(  # noqa: E731
        owner, participant=job.members.all()[0].interview.participant, consent="withdrawn"
    )

    with django_capture_on_commit_callbacks(execute=True):
        if first == "withdrawn":
            leave()
        client.post(at(owner, "paper_delete", paper.pk))
        if first == "deleted":
            leave()
            answer = client.post(at(owner, "paper_restore", paper.pk), follow=True)
            assert "gone for good" in text_of(answer)

    assert (Paper.with_trash.count(), default_storage.exists(paper.file.name)) == (0, False)


def test_without_a_ranked_job_the_run_says_what_is_missing(owner: StudyAccess, made: Any) -> None:
    held_by(owner, 2)

    run = made()

    assert (run.state, Paper.objects.count()) == ("failed", 0)
    assert "No job is ranked yet" in run.error


def test_a_run_that_was_cancelled_keeps_nothing(owner: StudyAccess) -> None:
    held_by(owner, 3)
    run = ask_for_papers(owner, snapshot=None)
    claimed = runs.claim(run.pk)
    assert claimed
    runs.cancel(owner, claimed)

    with pytest.raises(runs.RunCancelled):
        runs.KINDS[run.kind](claimed, runs.reporter(claimed))

    assert Paper.objects.count() == 0


def test_a_second_attempt_leaves_one_set_of_files(owner: StudyAccess) -> None:
    held_by(owner, 3)
    run = ask_for_papers(owner, snapshot=None)
    half = default_storage.save(f"papers/{owner.study.pk}/{run.pk}.pdf", io.BytesIO(b"half"))
    claimed = runs.claim(run.pk)
    assert claimed

    runs.KINDS[run.kind](claimed, runs.reporter(claimed))

    paper = Paper.objects.get(kind="pdf")
    assert paper.file.name == half
    assert paper.file.size > 1000


@pytest.mark.parametrize("role", list(Role))
def test_who_may_comment_may_make_and_everybody_inside_may_read(
    role: Role, owner: StudyAccess, made: Any, as_role: Any, login: Login
) -> None:
    held_by(owner, 3)
    somebody = as_role(role)
    if role == Role.VIEWER:
        with pytest.raises(PermissionDenied):
            ask_for_papers(somebody, snapshot=None)
    else:
        assert made(somebody).state == "done"

    paper = made().papers.first()
    assert login(somebody).get(at(owner, "paper", paper.pk)).status_code == 200


# --- quotes -------------------------------------------------------------------------------------------
def test_nobody_who_withdrew_consent_is_quoted(owner: StudyAccess, made: Any) -> None:
    job = held_by(owner, 3, verbatim="We were late again")
    members = list(job.members.select_related("interview__participant"))
    for place, member in enumerate(members):
        member.evidence.get().element.__class__.objects.filter(interview=member.interview).update(
            verbatim=f"Words number {place}"
        )
    gone = members[0].interview.participant
    gone.consent = "withdrawn"
    gone.save()

    assert [text for text, _, _ in quoted_by(owner, job)] == ["Words number 1", "Words number 2"]
    text = pdf_of(made())
    assert ("Words number 0" in text, gone.pseudonym in text, "Words number 1" in text) == (
        False,
        False,
        True,
    )


def test_documents_older_than_a_withdrawal_say_so(owner: StudyAccess, made: Any, login: Login) -> None:
    job = held_by(owner, 3, verbatim="We were late again")
    made()
    client, warning = login(owner), "Somebody withdrew consent"
    assert warning not in text_of(client.get(at(owner, "papers")))

    set_consent(owner, participant=job.members.all()[0].interview.participant, consent="withdrawn")
    assert warning in text_of(client.get(at(owner, "papers")))

    delete_papers(owner, paper=Paper.objects.all()[0])
    held_by(owner, 4)
    made()
    assert warning not in text_of(client.get(at(owner, "papers")))


def test_bare_quotes_of_somebody_who_withdrew_are_left_out_too(owner: StudyAccess) -> None:
    job = held_by(owner, 3)
    interview = make.make_interview(owner.study)
    quote = make.make_quote(make.make_transcript(interview), "The old van died.")
    make.make_evidence(job, quote=quote)
    assert [text for text, _, _ in quoted_by(owner, job)] == ["The old van died."]

    interview.participant.consent = "withdrawn"
    interview.participant.save()

    assert quoted_by(owner, job) == []


def test_only_the_customers_own_words_are_quotes(owner: StudyAccess) -> None:
    job = held_by(owner, 3, note="A paraphrase of ours", verbatim="")
    element = make.make_element(make.make_interview(owner.study), verbatim="I would perhaps", grade="D")
    make.make_evidence(job, element=element)
    trashed = make.make_element(
        make.make_interview(owner.study), verbatim="Deleted", grade="A", deleted_at=timezone.now()
    )
    make.make_evidence(job, element=trashed)

    assert quoted_by(owner, job) == []


def test_what_was_lived_comes_first_and_nobody_speaks_twice_while_others_wait(owner: StudyAccess) -> None:
    job = held_by(owner, 1)
    anna, ben = (
        make.make_interview(owner.study, participant=make.make_participant(owner.study, pseudonym=name))
        for name in ("Anna", "Ben")
    )
    for interview, words, grade in (
        (anna, "Opinion", "C"),
        (anna, "Observed", "A"),
        (anna, "Recalled", "B"),
        (ben, "Also recalled", "B"),
        (ben, "x" * (LONG_QUOTE + 1), "B"),
    ):
        element = make.make_element(interview, verbatim=words, grade=grade)
        make.make_evidence(job, element=element)
    against = make.make_element(ben, verbatim="Not at all", grade="B")
    make.make_evidence(job, element=against, polarity="contradicts")

    assert quoted_by(owner, job) == [
        ("Observed", "Anna", False),
        ("Also recalled", "Ben", False),
        ("Recalled", "Anna", False),
        ("Not at all", "Ben", True),
    ]


def test_the_same_words_are_quoted_once(owner: StudyAccess) -> None:
    job = held_by(owner, 3, verbatim="Late again")

    assert [text for text, _, _ in quoted_by(owner, job)] == ["Late again"]


def test_gathering_a_paper_takes_the_same_queries_for_one_job_and_for_three(
    owner: StudyAccess, django_assert_num_queries: Any
) -> None:
    for jobs in (1, 2):
        for _ in range(jobs):
            held_by(owner, 3, verbatim="Late again")
        ranking = priorities.ranking(owner)
        with django_assert_num_queries(14):
            material_of(owner.study, ranking, None, top=5)


# --- the page and the door ----------------------------------------------------------------------------
def test_a_document_is_sent_as_a_file_under_a_name_that_says_what_it_is(
    owner: StudyAccess, made: Any, login: Login
) -> None:
    held_by(owner, 3)
    paper = made().papers.get(kind="pdf")

    response = login(owner).get(at(owner, "paper", paper.pk))

    kept = timezone.localtime(paper.at)
    assert response["Content-Disposition"] == (
        f'attachment; filename="{owner.study.slug}-board-paper-{kept:%Y-%m-%d-%H%M}.pdf"'
    )
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert b"".join(response).startswith(b"%PDF-")  # type: ignore[arg-type]


def test_the_name_of_a_file_says_which_approval_it_is_of(owner: StudyAccess, made: Any, login: Login) -> None:
    held_by(owner, 3)
    snapshot = approve_ranking(owner, name="Board of December")

    response = login(owner).get(at(owner, "paper", made(snapshot=snapshot).papers.get(kind="pdf").pk))

    assert f"{owner.study.slug}-board-paper-board-of-december-20" in response["Content-Disposition"]


def test_a_survey_of_one_day_and_one_respondent_says_each_once(owner: StudyAccess) -> None:
    survey = make_survey(owner.study, held_by(owner, 3))
    answer = respond(survey, "a", q1={"imp": 5})

    told = method_of(owner.study)["surveys"]

    assert told == f"Autumn: 1 respondent, {timezone.localtime(answer.at):%-d %B %Y}"


@pytest.mark.parametrize("kind", Paper.Kind.values)
def test_each_kind_opens_as_what_it_says(kind: str, owner: StudyAccess, made: Any, login: Login) -> None:
    held_by(owner, 3)

    response = login(owner).get(at(owner, "paper", made().papers.get(kind=kind).pk))

    begin = b"".join(response)[:4]  # type: ignore[arg-type]
    assert begin == (b"%PDF" if kind == "pdf" else b"PK\x03\x04")
    assert response["Content-Disposition"].endswith(f'.{kind}"')


def test_an_outsider_and_another_study_never_see_it(
    owner: StudyAccess, outsider: StudyAccess, made: Any, login: Login
) -> None:
    held_by(owner, 3)
    paper = made().papers.first()

    assert login(outsider).get(at(owner, "paper", paper.pk)).status_code == 404
    assert login(outsider).get(at(outsider, "paper", paper.pk)).status_code == 404
    assert login(outsider).post(at(outsider, "paper_delete", paper.pk)).status_code == 404
    assert Paper.objects.filter(pk=paper.pk).exists()


def test_a_file_that_is_gone_is_not_found(owner: StudyAccess, made: Any, login: Login) -> None:
    held_by(owner, 3)
    paper = made().papers.first()
    default_storage.delete(paper.file.name)

    assert login(owner).get(at(owner, "paper", paper.pk)).status_code == 404


def test_the_page_lists_what_was_made_from_which_ranking_and_by_whom(
    owner: StudyAccess, made: Any, login: Login, django_capture_on_commit_callbacks: Any
) -> None:
    held_by(owner, 3)
    snapshot = approve_ranking(owner, name="Board, May")
    client = login(owner)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(at(owner, "paper_make"), {"snapshot": snapshot.pk})
    page = text_of(client.get(at(owner, "papers")))

    paper = Paper.objects.get(kind="pdf")
    assert (paper.snapshot, paper.by) == (snapshot, owner.user)
    assert at(owner, "paper", paper.pk) in page
    assert "Board, May</a>, approved" in page


def test_a_ranking_of_another_study_is_refused(
    owner: StudyAccess, outsider: StudyAccess, login: Login
) -> None:
    held_by(outsider, 3)
    foreign = approve_ranking(outsider, name="Board")

    page = text_of(login(owner).post(at(owner, "paper_make"), {"snapshot": foreign.pk}, follow=True))

    assert "not part of the study" in page
    assert Run.objects.count() == 0


def test_a_ranking_that_changed_while_the_page_was_open_is_not_approved(
    owner: StudyAccess, login: Login
) -> None:
    held_by(owner, 3)
    seen = priorities.ranking(owner).pk
    held_by(owner, 4)
    client = login(owner)

    refused = client.post(at(owner, "approve"), {"name": "Board", "seen": seen})
    now = priorities.ranking(owner).pk

    assert (refused.status_code, owner.study.snapshots.count()) == (422, 0)
    assert "The ranking changed since you opened this page" in text_of(refused)
    assert f'name="seen" value="{now}"' in text_of(refused)
    assert client.post(at(owner, "approve"), {"name": "Board", "seen": now}).status_code == 302


def test_the_page_takes_the_same_number_of_queries_for_one_document_and_for_three(
    owner: StudyAccess, made: Any, login: Login, django_assert_num_queries: Any
) -> None:
    client = login(owner)
    for papers in (1, 2):
        for round_ in range(papers):
            held_by(owner, 3 + papers + round_)
            made(snapshot=approve_ranking(owner, name=f"{papers} {round_}"))
        client.get(at(owner, "papers"))
        cache.clear()
        with django_assert_num_queries(19):
            client.get(at(owner, "papers"))
