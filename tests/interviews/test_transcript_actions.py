"""From a file to a transcript: drafts, targets, twins, faults, proposals for live notes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError

from interviews.actions import transcripts as actions
from interviews.actions.quotes import carry_quotes, code_span, move_span
from interviews.actions.snaps import decide_snap, reopen_snap
from interviews.actions.transcripts import discard_draft, import_as, import_draft, read_upload
from interviews.models import Interview, SnapProposal, TranscriptDraft, Turn
from interviews.transcripts import TranscriptError
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories

VTT = """WEBVTT

00:00:01.000 --> 00:00:05.000
Dan: What happened that day?

00:00:06.000 --> 00:00:20.000
Ines: The old van died. 🚐 Just died.

00:01:00.000 --> 00:01:09.000
Dan: And then?

00:01:10.000 --> 00:01:30.000
Ines: I walked for a week and looked at bikes.
"""
ROLES = {"Dan": "interviewer", "Ines": "participant"}


def draft_of(access: StudyAccess, text: str = VTT, name: str = "ines.vtt") -> TranscriptDraft:
    return read_upload(access, data=text.encode(), filename=name)


def nothing_was_imported(access: StudyAccess) -> bool:
    study = access.study
    rows = (study.participants, study.interviews, study.transcripts, study.snapproposals)
    return not any(each.exists() for each in rows) and not Turn.objects.exists()


def test_a_draft_becomes_turns_with_roles_in_a_new_interview(owner: StudyAccess) -> None:
    transcript = import_as(owner, draft=draft_of(owner), roles=ROLES, pseudonym="Ines")

    turns = list(transcript.turns.all())
    assert [(turn.number, turn.speaker, turn.role) for turn in turns] == [
        (0, "Dan", "interviewer"),
        (1, "Ines", "participant"),
        (2, "Dan", "interviewer"),
        (3, "Ines", "participant"),
    ]
    assert [transcript.text[turn.start : turn.end] for turn in turns][1] == "The old van died. 🚐 Just died."
    assert (transcript.interview.participant.pseudonym, transcript.interview.state) == ("Ines", "captured")
    assert owner.study.transcriptdrafts.count() == 0


def test_a_second_transcript_of_an_interview_is_its_next_version(owner: StudyAccess) -> None:
    first = import_as(owner, draft=draft_of(owner), roles=ROLES, pseudonym="Ines")

    second = import_draft(owner, draft=draft_of(owner, VTT + "\n"), interview=first.interview, roles=ROLES)

    assert (first.number, second.number) == (1, 2)


def test_a_file_imported_before_is_refused_by_its_content(owner: StudyAccess) -> None:
    import_as(owner, draft=draft_of(owner), roles=ROLES, pseudonym="Ines")

    with pytest.raises(TranscriptError, match=r"imported before, as “ines\.vtt” of Ines"):
        draft_of(owner, name="renamed.vtt")
    assert owner.study.transcriptdrafts.count() == 0


def test_the_same_file_read_twice_waits_once(owner: StudyAccess) -> None:
    draft_of(owner)
    draft_of(owner, name="again.vtt")

    assert [draft.filename for draft in owner.study.transcriptdrafts.all()] == ["again.vtt"]


def test_a_draft_that_another_window_imported_is_refused_whole(owner: StudyAccess) -> None:
    draft = draft_of(owner)
    copy = TranscriptDraft.objects.get(pk=draft.pk)
    import_as(owner, draft=draft, roles=ROLES, pseudonym="Ines")

    with pytest.raises(TranscriptError):
        import_as(owner, draft=copy, roles=ROLES, pseudonym="Bo")
    assert list(owner.study.participants.values_list("pseudonym", flat=True)) == ["Ines"]


def test_two_studies_may_hold_the_same_file(owner: StudyAccess, outsider: StudyAccess) -> None:
    for access in (owner, outsider):
        import_as(access, draft=draft_of(access), roles=ROLES, pseudonym="Ines")

    assert owner.study.transcripts.count() == outsider.study.transcripts.count() == 1


@pytest.mark.parametrize("fault", [OperationalError("database or disk is full"), SystemExit(9)])
def test_a_full_disk_or_a_killed_process_leaves_the_draft_and_nothing_else(
    fault: BaseException, owner: StudyAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = draft_of(owner)

    def broken(*args: Any, **kwargs: Any) -> Any:
        raise fault

    monkeypatch.setattr(actions.Turn.objects, "bulk_create", broken)
    with pytest.raises(type(fault)):
        import_as(owner, draft=draft, roles=ROLES, pseudonym="Ines")

    assert nothing_was_imported(owner)
    assert owner.study.transcriptdrafts.get().text == draft.text


def test_a_taken_pseudonym_leaves_the_draft(owner: StudyAccess) -> None:
    factories.make_participant(owner.study, pseudonym="Ines")

    with pytest.raises(ValidationError, match="already taken"):
        import_as(owner, draft=draft_of(owner), roles=ROLES, pseudonym="Ines")
    assert owner.study.transcriptdrafts.count() == 1


def test_a_discarded_draft_is_gone_and_the_file_may_come_again(owner: StudyAccess) -> None:
    discard_draft(owner, draft=draft_of(owner))
    assert owner.study.transcriptdrafts.count() == 0

    draft_of(owner)
    assert owner.study.transcriptdrafts.count() == 1


def test_a_viewer_may_not_read_files_in(as_role: Any) -> None:
    with pytest.raises(PermissionDenied):
        draft_of(as_role(Role.VIEWER))


# --- live notes --------------------------------------------------------------------------------------
@pytest.fixture
def live(owner: StudyAccess) -> Interview:
    return factories.make_interview(owner.study)


@pytest.mark.parametrize(
    ("at_ms", "expected"),
    [(7_000, (1, 0)), (25_000, (1, 5_000)), (50_000, (3, 20_000)), (200_000, None), (None, None)],
)
def test_a_live_note_is_proposed_at_the_participants_turn_nearest_in_time(
    at_ms: int | None, expected: tuple[int, int] | None, owner: StudyAccess, live: Interview
) -> None:
    factories.make_element(live, at_ms=at_ms)

    import_draft(owner, draft=draft_of(owner), interview=live, roles=ROLES)

    found = [(snap.turn.number, snap.distance_ms) for snap in owner.study.snapproposals.all()]
    assert found == ([expected] if expected else [])


def test_accepting_ties_the_note_to_the_turn_or_to_the_span(owner: StudyAccess, live: Interview) -> None:
    whole, part = (factories.make_element(live, at_ms=7_000) for _ in range(2))
    text = import_draft(owner, draft=draft_of(owner), interview=live, roles=ROLES).text
    start = text.index("Just")

    decide_snap(owner, snap=whole.snaps.get(), accept=True)
    decide_snap(owner, snap=part.snaps.get(), accept=True, span=(start, start + 10))

    words = [each.quote.text for each in owner.study.elements.order_by("pk")]
    assert words == ["The old van died. 🚐 Just died.", "Just died."]
    assert set(owner.study.snapproposals.values_list("state", flat=True)) == {"accepted"}


def test_rejecting_leaves_the_note_as_it_was(owner: StudyAccess, live: Interview) -> None:
    note = factories.make_element(live, at_ms=7_000)
    import_draft(owner, draft=draft_of(owner), interview=live, roles=ROLES)

    decide_snap(owner, snap=note.snaps.get(), accept=False)

    note.refresh_from_db()
    assert (note.quote, note.version) == (None, 1)
    assert note.snaps.get().state == SnapProposal.State.REJECTED


def test_what_was_decided_of_a_note_can_be_taken_back(owner: StudyAccess, live: Interview) -> None:
    yes, no = (factories.make_element(live, at_ms=7_000) for _ in range(2))
    import_draft(owner, draft=draft_of(owner), interview=live, roles=ROLES)
    for note, accept in ((yes, True), (no, False)):
        reopen_snap(owner, snap=decide_snap(owner, snap=note.snaps.get(), accept=accept))

    assert [note.quote for note in owner.study.elements.all()] == [None, None]
    assert set(owner.study.snapproposals.values_list("state", flat=True)) == {"proposed"}


def test_what_was_accepted_is_not_rejected_by_a_window_that_has_not_heard_of_it(
    owner: StudyAccess, live: Interview
) -> None:
    note = factories.make_element(live, at_ms=7_000)
    import_draft(owner, draft=draft_of(owner), interview=live, roles=ROLES)
    decide_snap(owner, snap=note.snaps.get(), accept=True)

    with pytest.raises(ValueError, match="placed here meanwhile"):
        decide_snap(owner, snap=note.snaps.get(), accept=False)

    assert note.snaps.get().state == SnapProposal.State.ACCEPTED


def test_a_note_that_was_moved_since_it_was_placed_stays_where_it_is(
    owner: StudyAccess, live: Interview
) -> None:
    note = factories.make_element(live, at_ms=7_000)
    text = import_draft(owner, draft=draft_of(owner), interview=live, roles=ROLES).text
    decide_snap(owner, snap=note.snaps.get(), accept=True)
    note.refresh_from_db()
    start = text.index("I walked")
    move_span(owner, element=note, seen=note.version, start=start, end=start + 8)

    with pytest.raises(ValueError, match="tied to other words since"):
        reopen_snap(owner, snap=note.snaps.get())

    note.refresh_from_db()
    assert (note.quote.text, note.snaps.get().state) == ("I walked", "accepted")


CORRECTED = VTT.replace("I walked for a week", "I walked for two weeks").replace("Just died", "It just died")


def coded(access: StudyAccess, transcript: Any, *quotes: str) -> list[Any]:
    return [
        code_span(
            access,
            transcript=transcript,
            start=transcript.text.index(words),
            end=transcript.text.index(words) + len(words),
            kind="push",
        )
        for words in quotes
    ]


def test_a_corrected_transcript_takes_over_the_quotes_whose_words_are_the_same(owner: StudyAccess) -> None:
    first = import_as(owner, draft=draft_of(owner), roles=ROLES, pseudonym="Ines")
    same, changed = coded(owner, first, "died. 🚐", "walked for a week")
    second = import_draft(
        owner, draft=draft_of(owner, CORRECTED, "better.vtt"), interview=first.interview, roles=ROLES
    )

    assert carry_quotes(owner, transcript=second) == (1, 1)

    same.refresh_from_db()
    changed.refresh_from_db()
    assert (same.quote.transcript, same.quote.text) == (second, "died. 🚐")
    assert second.text[same.quote.start : same.quote.end] == "died. 🚐"
    assert changed.quote.transcript == first


def test_words_said_twice_are_told_apart_by_their_time_or_left(owner: StudyAccess) -> None:
    twice = VTT.replace("I walked for a week", "The old van died, I walked")
    first = import_as(owner, draft=draft_of(owner, twice), roles=ROLES, pseudonym="Ines")
    (early,) = coded(owner, first, "The old van died")
    untimed = "Dan: What?\n\nInes: The old van died.\n\nDan: So?\n\nInes: The old van died, yes."
    for text, name, carried in ((twice + "\n", "again.vtt", (1, 0)), (untimed, "untimed.txt", (0, 1))):
        other = import_draft(owner, draft=draft_of(owner, text, name), interview=first.interview, roles=ROLES)
        assert carry_quotes(owner, transcript=other) == carried

    early.refresh_from_db()
    assert (early.quote.transcript.filename, early.quote.start_ms) == ("again.vtt", 6000)
