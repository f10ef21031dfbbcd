"""Items written one by one or many at once: by coding, by the demo and by imports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from interviews.actions.elements import (
    add_element,
    add_elements,
    delete_element,
    edit_element,
    restore_element,
)
from interviews.actions.live import set_asked, set_coverage, sync_interview
from interviews.models import Interview
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.roles import Role
from tests import factories


@pytest.fixture
def interview(owner: StudyAccess) -> Interview:
    return factories.make_interview(owner.study)


def test_an_item_gets_the_phase_where_its_kind_belongs(owner: StudyAccess, interview: Interview) -> None:
    phases = {
        kind: add_element(owner, interview=interview, kind=kind, note="Words").phase
        for kind in ("push", "pull", "anxiety", "gain", "job")
    }
    assert phases == {"push": 1, "pull": 2, "anxiety": 3, "gain": 4, "job": None}


def test_an_event_stands_in_the_phase_that_its_point_leads_to(
    owner: StudyAccess, interview: Interview
) -> None:
    event = add_element(owner, interview=interview, kind="event", note="The van died", point="T3")
    assert event.phase == 3
    given = add_element(owner, interview=interview, kind="event", note="Sold", point="T3", phase=None)
    assert given.phase is None


def test_every_field_of_an_item_can_be_given(owner: StudyAccess, interview: Interview) -> None:
    element = add_element(
        owner,
        interview=interview,
        kind="solution",
        note="The Kombi",
        verbatim="the old Kombi",
        phase=1,
        intensity=3,
        grade="A",
        epistemic="inferred",
        dimensions=["social", "functional"],
        story_date=date(2026, 1, 30),
        story_precision="month",
        at_ms=5000,
        detail={"role": "fired", "satisfaction": 4},
    )
    element.refresh_from_db()
    assert element.dimensions == ["functional", "social"]
    assert element.detail == {"role": "fired", "satisfaction": 4}
    assert (element.story_date, element.captured_by) == (date(2026, 1, 30), owner.user)
    assert element.change_seq == 1


@pytest.mark.parametrize("value", ["11", "-1", "4.5", "²", "٣"])
def test_a_number_that_is_no_answer_is_refused_in_words(
    owner: StudyAccess, interview: Interview, value: str
) -> None:
    with pytest.raises(ValidationError, match="Satisfaction, 0 to 10: give a whole number from 0 to 10"):
        add_element(owner, interview=interview, kind="solution", detail={"satisfaction": value})


@pytest.mark.parametrize(
    "fields",
    [{"kind": "wish"}, {"intensity": 5}, {"grade": "Z"}, {"detail": {"nonsense": "x"}}, {"colour": "red"}],
)
def test_a_wrong_field_is_refused_and_nothing_is_written(
    owner: StudyAccess, interview: Interview, fields: dict[str, object]
) -> None:
    rows = [{"kind": "push", "note": "Good"}, {"kind": "push", "note": "Bad"} | fields]
    with pytest.raises(ValidationError, match="Row 2"):
        add_elements(owner, interview=interview, rows=rows)
    assert interview.elements.count() == 0


def test_many_items_are_one_entry_in_the_history(owner: StudyAccess, interview: Interview) -> None:
    add_elements(owner, interview=interview, rows=[{"kind": "push", "note": str(n)} for n in range(30)])
    entry = owner.study.history.get()
    assert (entry.verb, entry.data, interview.elements.count()) == ("element.added", {"count": 30}, 30)


def test_the_same_client_id_is_the_same_item(owner: StudyAccess, interview: Interview) -> None:
    client_id = uuid4()
    first = add_element(owner, interview=interview, note="Once", client_id=client_id)
    second = add_element(owner, interview=interview, note="Twice", client_id=str(client_id))
    assert (first.pk, second.note) == (second.pk, "Once")


def test_a_quote_of_another_interview_is_refused(owner: StudyAccess, interview: Interview) -> None:
    other = factories.make_transcript(factories.make_interview(owner.study))
    own = factories.make_transcript(interview)
    with pytest.raises(ValidationError):
        add_element(owner, interview=interview, kind="push", quote=factories.make_quote(other, "van died"))
    element = add_element(
        owner, interview=interview, kind="push", quote=factories.make_quote(own, "van died")
    )
    assert element.words == "van died"
    with pytest.raises(ValidationError):
        edit_element(owner, element=element, quote=factories.make_quote(other, "old van"))


def test_an_edit_of_what_somebody_saved_meanwhile_is_stale(owner: StudyAccess, interview: Interview) -> None:
    element = add_element(owner, interview=interview, kind="push", note="One")
    edited = edit_element(owner, element=element, seen=1, note="Two", detail={"cost": "9"})
    assert (edited.note, edited.detail, edited.version) == ("Two", {"cost": "9"}, 2)
    with pytest.raises(StaleVersion) as stale:
        edit_element(owner, element=element, seen=1, note="Three")
    assert stale.value.current.note == "Two"


def test_a_deleted_item_comes_back(owner: StudyAccess, interview: Interview) -> None:
    element = add_element(owner, interview=interview, note="Here")
    delete_element(owner, element=element)
    assert interview.elements.count() == 0
    restore_element(owner, element=element)
    assert interview.elements.count() == 1


def test_a_viewer_writes_nothing(
    as_role: Callable[[Role], StudyAccess], owner: StudyAccess, interview: Interview
) -> None:
    viewer = as_role(Role.VIEWER)
    prompt = owner.study.guide.create(text="What?")
    element = factories.make_element(interview)
    for write in (
        lambda: add_element(viewer, interview=interview, note="x"),
        lambda: edit_element(viewer, element=element, note="x"),
        lambda: set_asked(viewer, interview=interview, prompts={prompt.pk: True}),
        lambda: set_coverage(viewer, interview=interview, asked={"push": True}),
        lambda: sync_interview(viewer, interview=interview, changes=[], header={"fields": {"hired": "x"}}),
    ):
        with pytest.raises(PermissionDenied):
            write()


def test_an_interview_of_another_study_takes_nothing(owner: StudyAccess, outsider: StudyAccess) -> None:
    foreign = factories.make_interview(outsider.study)
    with pytest.raises(Interview.DoesNotExist):
        add_element(owner, interview=foreign, note="x")
    assert foreign.elements.count() == 0


def test_the_head_is_written_and_counted(owner: StudyAccess, interview: Interview) -> None:
    header = {"fields": {"hired": "Tram", "fired": "Car"}, "base": {"hired": "", "fired": ""}}
    sync_interview(owner, interview=interview, changes=[], header=header)
    interview.refresh_from_db()
    assert (interview.hired, interview.fired) == ("Tram", "Car")
    assert (interview.change_seq, interview.version) == (1, 2)
