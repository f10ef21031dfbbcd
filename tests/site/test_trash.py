"""The trash of a study: what it lists, what hangs on it, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cpd_site.trash.kinds import KINDS
from cpd_site.trash.lines import counts, in_trash, lines
from interviews.actions.codes import add_code, delete_code, give_code, merge_codes
from interviews.actions.elements import delete_element
from interviews.actions.interviews import delete_interview
from interviews.actions.participants import add_participant, trash_participant
from jobs.actions.papers import TRASHED, delete_papers, keep_papers
from jobs.actions.priorities import comment, set_comment_deleted
from jobs.actions.scenarios import set_scenario_deleted
from jobs.actions.statements import trash_job
from jobs.actions.surveys import set_survey_deleted
from jobs.actions.verbatims import trash_source
from jobs.models import Paper, Scenario, Survey, VerbatimSource
from strategy.actions.canvases import trash_canvas
from strategy.actions.cards import add_card, trash_card
from strategy.actions.comments import add_comment, set_deleted
from strategy.actions.readings import add_reading, remove_reading
from strategy.actions.tracker import trash_action
from strategy.seats import seat_of_member
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from tests import factories as make


def url(access: StudyAccess, kind: str = "", row: Any = None) -> str:
    back = f"{kind}/{row.pk}/bring-back/" if row else ""
    return f"/s/{access.study.slug}/trash/{back}"


def listed(access: StudyAccess) -> list[tuple[str, str, str, str]]:
    found = lines(access.study, in_trash(access))
    return [(line.kind, line.words, line.who, line.hangs) for line in found]


def test_a_participant_takes_along_what_hangs_on_them_in_one_line(owner: StudyAccess) -> None:
    person = make.make_participant(owner.study, pseudonym="Mara")
    interview = make.make_interview(owner.study, participant=person)
    make.make_element(interview)
    gone_before = make.make_element(interview, note="Deleted before")
    make.make_job(owner.study, interview=interview)

    delete_element(owner, element=gone_before)
    trash_participant(owner, participant=person)

    name = owner.user.get_full_name()
    assert listed(owner) == [("participant", "Mara", name, "1 interview, 1 element, 1 job")]


def everything_deleted(owner: StudyAccess) -> None:
    """One row of each kind, each by its own action."""
    study = owner.study
    trash_participant(owner, participant=make.make_participant(study))
    interview = make.make_interview(study)
    delete_element(owner, element=make.make_element(interview))
    delete_interview(owner, interview=make.make_interview(study))
    delete_code(owner, code=add_code(owner, name="Old van"))
    trash_job(owner, job=make.make_job(study))
    trash_source(owner, source=VerbatimSource.objects.create(study=study, name="Tickets", digest="x"))
    set_survey_deleted(owner, Survey.objects.create(study=study, name="Importance"), deleted=True)
    scenario = Scenario.objects.create(study=study, name="City")
    set_scenario_deleted(owner, scenario=scenario, deleted=True)
    canvas = make.make_canvas(make.make_job(study, scope="generalised"))
    trash_card(owner, card=add_card(owner, canvas=canvas, phase=1, lane="solutions", text="Lend a bike"))
    trash_action(owner, action=make.make_action(canvas))
    trash_canvas(owner, canvas=make.make_canvas(make.make_job(study, scope="generalised")))
    action = make.make_action(canvas)
    remove_reading(owner, reading=add_reading(owner, action=action, on=date(2026, 5, 3), value=12))
    said = comment(owner, job=canvas.job, text="Ask the depot")
    set_comment_deleted(owner, comment=said, deleted=True)
    card = add_card(owner, canvas=canvas, phase=2, lane="solutions", text="Lend a van")
    seat = seat_of_member(owner, canvas)
    set_deleted(seat, comment=add_comment(seat, card=card, text="Whose van?"), deleted=True, own=True)
    documents_deleted(owner)


def documents_deleted(owner: StudyAccess) -> list[Paper]:
    run = Run.objects.create(study=owner.study, kind="jobs.paper", input_digest="p", state="done")
    papers = keep_papers(owner, run=run, snapshot=None, files=dict.fromkeys(Paper.Kind, b"file"))
    delete_papers(owner, paper=papers[0])
    return papers


def test_every_kind_is_listed_with_who_deleted_it_and_comes_back(owner: StudyAccess, login: Any) -> None:
    everything_deleted(owner)
    found = lines(owner.study, in_trash(owner))
    assert {line.kind for line in found} == set(KINDS)
    assert {line.who for line in found} == {owner.user.get_full_name()}
    client = login(owner)
    page = client.get(url(owner)).content.decode()
    assert page.count("Bring back<span") == len(KINDS)

    for line in found:
        assert client.post(url(owner, line.kind, line.row)).status_code == 302

    assert counts(owner) == {}
    assert "The trash is empty" in client.get(url(owner)).content.decode()


def test_a_deleted_comment_is_there_for_who_wrote_it_and_who_may_delete_it(
    owner: StudyAccess, as_role: Any, login: Any
) -> None:
    author, other = as_role(Role.RESEARCHER), as_role(Role.RESEARCHER)
    canvas = make.make_canvas(make.make_job(owner.study, scope="generalised"))
    card = add_card(owner, canvas=canvas, phase=1, lane="solutions", text="Lend a bike")
    seat = seat_of_member(author, canvas)
    on_card = add_comment(seat, card=card, text="On the card")
    set_deleted(seat, comment=on_card, deleted=True, own=True)
    on_job = comment(author, job=canvas.job, text="On the job")
    set_comment_deleted(author, comment=on_job, deleted=True)

    assert counts(author) == {"comment": 1, "card-comment": 1}
    assert counts(other) == {}
    assert counts(owner) == {"comment": 1}
    for kind, row in (("comment", on_job), ("card-comment", on_card)):
        assert login(other).post(url(owner, kind, row)).status_code == 403
    name = author.user.get_full_name()
    assert listed(author) == [
        ("comment", f"On the job (on “{canvas.job}”)", name, ""),
        ("card-comment", "On the card (on “Lend a bike”)", name, ""),
    ]


def test_documents_are_listed_once_and_as_long_as_they_can_come_back(owner: StudyAccess, login: Any) -> None:
    papers = documents_deleted(owner)
    assert [kind for kind, *_ in listed(owner)] == ["paper"]

    login(owner).post(url(owner, "paper", papers[0]))
    assert owner.study.papers.count() == len(papers)

    delete_papers(owner, paper=papers[0])
    Paper.with_trash.update(deleted_at=timezone.now() - TRASHED)
    assert counts(owner) == {}


def test_a_day_that_was_read_anew_is_said(owner: StudyAccess, login: Any) -> None:
    action = make.make_action(make.make_canvas(make.make_job(owner.study, scope="generalised")))
    reading = add_reading(owner, action=action, on=date(2026, 5, 3), value=12)
    remove_reading(owner, reading=reading)
    add_reading(owner, action=action, on=date(2026, 5, 3), value=13)

    page = login(owner).post(url(owner, "reading", reading), follow=True).text

    assert "It stays in the trash: 3 May 2026 has a reading already" in page


def test_the_page_asks_as_often_for_many_rows_as_for_one_of_each_kind(owner: StudyAccess, login: Any) -> None:
    client = login(owner)
    everything_deleted(owner)
    client.get(url(owner))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url(owner))
    for _ in range(3):
        everything_deleted_again(owner)
    documents_deleted(owner)  # those of before may quote who was deleted since
    with CaptureQueriesContext(connection) as many:
        client.get(url(owner))
    assert len(many) == len(few)


def everything_deleted_again(owner: StudyAccess) -> None:
    trash_participant(owner, participant=make.make_participant(owner.study))
    delete_interview(owner, interview=make.make_interview(owner.study))
    trash_job(owner, job=make.make_job(owner.study))


def test_an_interview_brings_its_participant_along(owner: StudyAccess, login: Any) -> None:
    person = make.make_participant(owner.study, pseudonym="Mara")
    first, second = (make.make_interview(owner.study, participant=person) for _ in range(2))
    delete_interview(owner, interview=first)
    trash_participant(owner, participant=person)
    client = login(owner)
    assert "Mara is in the trash, too" in client.get(url(owner)).content.decode()

    client.post(url(owner, "interview", first))

    assert owner.study.participants.get() == person
    assert {*owner.study.interviews.all()} == {first, second}


def test_what_belongs_to_something_in_the_trash_shows_once_that_is_back(
    owner: StudyAccess, login: Any
) -> None:
    interview = make.make_interview(owner.study)
    delete_element(owner, element=make.make_element(interview))
    delete_interview(owner, interview=interview)
    assert counts(owner) == {"interview": 1}

    login(owner).post(url(owner, "interview", interview))

    assert counts(owner) == {"element": 1}


def test_a_name_that_was_taken_meanwhile_is_said(owner: StudyAccess, login: Any) -> None:
    person = make.make_participant(owner.study, pseudonym="Mara")
    code = add_code(owner, name="Old van")
    trash_participant(owner, participant=person)
    delete_code(owner, code=code)
    add_participant(owner, pseudonym="Mara")
    add_code(owner, name="Old van")
    client = login(owner)

    for kind, row, said in (
        ("participant", person, "It stays in the trash: This pseudonym is already taken in this study."),
        ("code", code, "It stays in the trash: This code is in the codebook already."),
    ):
        assert said in client.post(url(owner, kind, row), follow=True).content.decode()
    assert counts(owner) == {"participant": 1, "code": 1}


def test_a_merged_code_says_who_merged_it(owner: StudyAccess) -> None:
    code, into = add_code(owner, name="Van"), add_code(owner, name="Old van")
    give_code(owner, element=make.make_element(make.make_interview(owner.study)), code=code)
    merge_codes(owner, code=code, into=into)
    assert listed(owner) == [("code", "Van", owner.user.get_full_name(), "1 element")]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.STRATEGIST])
def test_who_may_not_delete_sees_no_button(role: Role, owner: StudyAccess, as_role: Any, login: Any) -> None:
    person = make.make_participant(owner.study)
    trash_participant(owner, participant=person)
    client = login(as_role(role))

    page = client.get(url(owner)).content.decode()

    assert person.pseudonym in page
    assert "Bring back<span" not in page
    assert client.post(url(owner, "participant", person)).status_code == 403


def test_bringing_back_twice_says_so(owner: StudyAccess, login: Any) -> None:
    person = make.make_participant(owner.study)
    trash_participant(owner, participant=person)
    client = login(owner)
    client.post(url(owner, "participant", person))
    told = owner.study.history.count()

    page = client.post(url(owner, "participant", person), follow=True).content.decode()

    assert "It is not in the trash any more." in page
    assert owner.study.history.count() == told
