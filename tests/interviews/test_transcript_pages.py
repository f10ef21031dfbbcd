"""The import wizard and the reading page, as a browser meets them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from interviews.actions import transcripts as actions
from interviews.actions.quotes import code_span
from interviews.actions.transcripts import read_upload
from interviews.forms.transcripts import pseudonym_of
from interviews.models import Element, Transcript, TranscriptDraft
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories

Login = Callable[[StudyAccess], Client]
TALK = "Dan: What happened?\n\nInes: The van died. 🚐\n\nDan: And then?\n\nInes: I walked for a week.\n"


def url(access: StudyAccess, name: str, *ids: Any) -> str:
    return reverse(f"interviews:{name}", args=[access.study.slug, *ids])


def file(name: str = "Ines.txt", text: str = TALK) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def draft_of(access: StudyAccess, name: str = "Ines.txt", text: str = TALK) -> TranscriptDraft:
    return read_upload(access, data=text.encode(), filename=name)


def choices(draft: TranscriptDraft, **target: Any) -> dict[str, Any]:
    roles = {f"role-{number}": speaker["role"] for number, speaker in enumerate(draft.speakers)}
    return {"target": "new", "pseudonym": "Ines"} | roles | target


# --- upload ------------------------------------------------------------------------------------------
def test_one_file_leads_to_its_preview(owner: StudyAccess, login: Login) -> None:
    response = login(owner).post(url(owner, "import"), {"files": file()}, follow=True)

    draft = owner.study.transcriptdrafts.get()
    assert response.redirect_chain == [(url(owner, "import_preview", draft.pk), 302)]
    assert [(row["speaker"], row["words"]) for row in response.context["turns"]][1] == (
        "Ines",
        "The van died. 🚐",
    )
    assert response.context["form"]["target"].value() == "new"
    assert response.context["form"]["pseudonym"].value() == "Ines"
    assert owner.study.transcripts.count() == 0


def test_one_broken_file_among_several_takes_no_other_with_it(owner: StudyAccess, login: Login) -> None:
    png = SimpleUploadedFile("talk.vtt", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    files = [file("a.txt"), png, file("b.txt", TALK + "\nDan: Bye")]

    response = login(owner).post(url(owner, "import"), {"files": files})

    assert response.status_code == 422
    assert [name for name, _ in response.context["refused"]] == ["talk.vtt"]
    assert "an image (PNG)" in response.text
    assert [draft.filename for draft, _ in response.context["drafts"]] == ["a.txt", "b.txt"]


def test_a_file_over_the_limit_is_answered_with_a_sentence(
    owner: StudyAccess, login: Login, settings: Any
) -> None:
    assert settings.UPLOAD_MAX_BYTES == 50 * 1024 * 1024
    big = SimpleUploadedFile("talk.txt", b"a" * (60 * 1024 * 1024))

    response = login(owner).post(url(owner, "import"), {"files": big})

    assert response.status_code == 422
    assert "“talk.txt” is 60 MB; at most 50 MB can be uploaded." in response.text
    assert owner.study.transcriptdrafts.count() == 0


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("cut.docx", b"PK\x03\x04\x14\x00\x06\x00\x08\x00" + b"\x01" * 200),
        ("scan.pdf", b"%PDF-1.7\n%broken"),
        ("empty.txt", b""),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500),
        ("flood.vtt", b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\na\n\n" * 110_000),
    ],
)
def test_a_broken_file_is_answered_with_a_sentence_that_names_it(
    name: str, data: bytes, owner: StudyAccess, login: Login
) -> None:
    response = login(owner).post(url(owner, "import"), {"files": SimpleUploadedFile(name, data)})

    assert response.status_code == 422
    assert f"“{name}”" in response.text
    assert owner.study.transcriptdrafts.count() == 0


def test_no_file_and_a_file_imported_before_are_told(owner: StudyAccess, login: Login) -> None:
    client = login(owner)
    assert "Choose at least one file." in client.post(url(owner, "import"), {}).text
    draft = draft_of(owner)
    client.post(url(owner, "import_confirm", draft.pk), choices(draft))

    response = client.post(url(owner, "import"), {"files": file("again.txt")})

    assert response.status_code == 422
    assert "has been imported before, as “Ines.txt” of Ines" in response.text


def test_a_full_disk_is_told_and_nothing_is_half_there(
    owner: StudyAccess, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, client = draft_of(owner), login(owner)

    def full(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(actions.Turn.objects, "bulk_create", full)
    response = client.post(url(owner, "import_confirm", draft.pk), choices(draft))

    assert response.status_code == 422
    assert "its disk may be full" in response.text
    assert (owner.study.participants.count(), owner.study.transcripts.count()) == (0, 0)
    monkeypatch.undo()
    assert client.post(url(owner, "import_confirm", draft.pk), choices(draft)).status_code == 302


def test_uploads_are_limited_to_those_who_code(as_role: Any, login: Login) -> None:
    access = as_role(Role.VIEWER)
    assert login(access).post(url(access, "import"), {"files": file()}).status_code == 403


# --- confirm -----------------------------------------------------------------------------------------
def test_roles_and_target_are_the_ones_chosen(owner: StudyAccess, login: Login) -> None:
    draft = draft_of(owner)
    posted = choices(draft, **{"role-0": "other", "role-1": "participant", "held_on": "2026-03-31"})

    response = login(owner).post(url(owner, "import_confirm", draft.pk), posted)

    made = owner.study.transcripts.get()
    assert response.headers["Location"] == url(owner, "transcript", made.pk)
    assert set(made.turns.values_list("speaker", "role")) == {("Dan", "other"), ("Ines", "participant")}
    assert str(made.interview.held_on) == "2026-03-31"


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ({"target": "new", "pseudonym": ""}, "pseudonym"),
        ({"target": "participant"}, "participant"),
        ({"target": "interview"}, "interview"),
        ({"target": ""}, "target"),
        ({"role-0": "boss"}, "role-0"),
        ({"held_on": "soon"}, "held_on"),
    ],
)
def test_what_is_missing_is_said_beside_it(
    target: dict[str, str], field: str, owner: StudyAccess, login: Login
) -> None:
    draft = draft_of(owner)

    response = login(owner).post(url(owner, "import_confirm", draft.pk), choices(draft, **target))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert owner.study.transcripts.count() == 0


def test_participants_and_interviews_of_another_study_are_no_choice(
    owner: StudyAccess, outsider: StudyAccess, login: Login
) -> None:
    draft, foreign, client = draft_of(owner), factories.make_interview(outsider.study), login(owner)
    address = url(owner, "import_confirm", draft.pk)

    for target in (
        {"target": "participant", "participant": foreign.participant_id},
        {"target": "interview", "interview": foreign.pk},
    ):
        assert client.post(address, choices(draft, **target)).status_code == 422
    assert (owner.study.transcripts.count(), outsider.study.transcripts.count()) == (0, 0)


def test_the_file_name_finds_the_participant_and_the_interview_that_waits(
    owner: StudyAccess, login: Login
) -> None:
    interview = factories.make_interview(
        owner.study, participant=factories.make_participant(owner.study, pseudonym="ines")
    )
    draft = draft_of(owner)

    form = login(owner).get(url(owner, "import_preview", draft.pk)).context["form"]

    assert (form["target"].value(), form["interview"].value()) == ("interview", interview.pk)


@pytest.mark.parametrize(
    ("filename", "expected"),
    [
        ("P1.pdf", "P1"),
        ("enduser-06.txt", "enduser-06"),
        ("Interview_Ines transcript.docx", "Ines"),
        (".txt", "Participant"),
    ],
)
def test_a_pseudonym_is_guessed_from_the_file_name(filename: str, expected: str) -> None:
    assert pseudonym_of(filename) == expected


def test_all_are_imported_as_proposed_and_what_fails_stays(owner: StudyAccess, login: Login) -> None:
    for name in ("Ines.txt", "Bo.txt", "bo .txt"):
        draft_of(owner, name, TALK + f"\nDan: Bye {name}")

    response = login(owner).post(url(owner, "import_all"), follow=True)

    pairs = owner.study.transcripts.values_list("filename", "interview__participant__pseudonym")
    assert set(pairs) == {("Ines.txt", "Ines"), ("Bo.txt", "Bo")}
    assert "2 transcripts imported." in response.text
    assert "bo came with another file just now. Open this one: is it the same person?" in response.text
    assert [draft.filename for draft in owner.study.transcriptdrafts.all()] == ["bo .txt"]


def test_two_files_of_somebody_who_was_there_before_go_to_two_interviews(
    owner: StudyAccess, login: Login
) -> None:
    factories.make_participant(owner.study, pseudonym="Bo")
    for name in ("Bo.txt", "bo .txt"):
        draft_of(owner, name, TALK + f"\nDan: Bye {name}")

    login(owner).post(url(owner, "import_all"))

    assert owner.study.interviews.filter(participant__pseudonym="Bo").count() == 2


def test_a_draft_put_aside_is_gone(owner: StudyAccess, login: Login) -> None:
    draft = draft_of(owner)

    login(owner).post(url(owner, "import_discard", draft.pk))

    assert owner.study.transcriptdrafts.count() == 0


# --- reading and coding ------------------------------------------------------------------------------
@pytest.fixture
def transcript(owner: StudyAccess) -> Transcript:
    return factories.make_transcript(factories.make_interview(owner.study))


def span_of(transcript: Transcript, words: str) -> dict[str, Any]:
    start = transcript.text.index(words)
    return {"start": start, "end": start + len(words)}


def coded(access: StudyAccess, transcript: Transcript, words: str = "old van", kind: str = "push") -> Element:
    return code_span(access, transcript=transcript, kind=kind, **span_of(transcript, words))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_needs_the_same_queries_for_one_and_for_three_quotes(
    count: int, owner: StudyAccess, transcript: Transcript, login: Login, django_assert_num_queries: Any
) -> None:
    for words in ("old van", "Just died", "What happened")[:count]:
        coded(owner, transcript, words)
    client = login(owner)

    with django_assert_num_queries(9):
        response = client.get(url(owner, "transcript", transcript.pk))

    assert len(response.context["elements"]) == count


def test_a_corrected_version_leads_to_the_quotes_of_the_one_before(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    coded(owner, transcript)
    draft = draft_of(owner, "again.txt", TALK + "\nDan: Bye")
    target = choices(draft, target="interview", interview=transcript.interview_id)

    page = login(owner).post(url(owner, "import_confirm", draft.pk), target, follow=True).text

    assert f'<a href="{url(owner, "transcript", transcript.pk)}">Version 1</a> keeps 1 coded quote.' in page


def test_coding_answers_with_the_turn_the_line_and_the_inspector(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    posted = span_of(transcript, "🚐 Just") | {"kind": "anxiety", "client_id": str(uuid4())}

    response = login(owner).post(url(owner, "code", transcript.pk), posted)

    element = owner.study.elements.get()
    answer = response.json()
    assert (element.quote.text, element.phase, element.interview) == ("🚐 Just", 3, transcript.interview)
    assert (answer["element"], answer["version"], answer["phase"]) == (element.pk, 1, 3)
    assert 'id="t2"' in answer["turns"]
    assert 'id="t1"' not in answer["turns"]
    assert f'data-panel="{element.pk}"' in answer["panel"]
    assert f'data-coded="{element.pk}"' in answer["item"]


@pytest.mark.parametrize(
    "change", [{"kind": "wish"}, {"end": 100_000}, {"start": "x"}, {"client_id": "no"}, {"end": 0}]
)
def test_a_bad_span_or_kind_is_refused_with_a_sentence(
    change: dict[str, Any], owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    posted = span_of(transcript, "old van") | {"kind": "push", "client_id": str(uuid4())} | change

    response = login(owner).post(url(owner, "code", transcript.pk), posted)

    assert (response.status_code, owner.study.elements.count()) == (422, 0)
    assert response.json()["message"]


def test_an_id_that_another_interview_used_is_refused(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    other = factories.make_element(factories.make_interview(owner.study))
    posted = span_of(transcript, "old van") | {"kind": "push", "client_id": str(other.client_id)}

    response = login(owner).post(url(owner, "code", transcript.pk), posted)

    assert response.status_code == 409
    assert (owner.study.elements.count(), owner.study.quotes.count()) == (1, 0)


def test_editing_saves_what_the_form_shows(owner: StudyAccess, transcript: Transcript, login: Login) -> None:
    element = coded(owner, transcript)
    posted = {
        "version": 1,
        "kind": "push",
        "phase": "2",
        "note": "broke down",
        "grade": "B",
        "intensity": "3",
        "epistemic": "inferred",
        "dimensions": ["emotional", "functional"],
        "detail.cost": "a day",
    }

    answer = login(owner).post(url(owner, "element_edit", element.pk), posted).json()

    element.refresh_from_db()
    assert (element.phase, element.note, element.grade, element.intensity) == (2, "broke down", "B", 3)
    assert (element.dimensions, element.detail) == (["functional", "emotional"], {"cost": "a day"})
    assert (answer["version"], answer["phase"], "panel" in answer) == (2, 2, False)


def test_an_event_is_dated_as_exactly_as_it_was_told(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    element = coded(owner, transcript, kind="event")
    told = {"story_date": "2017-07-01", "story_precision": "about", "point": "T4"}
    form = {"version": element.version, "kind": "event"}

    login(owner).post(url(owner, "element_edit", element.pk), form | told)
    panel = login(owner).get(url(owner, "element", element.pk)).text
    wrong = login(owner).post(url(owner, "element_edit", element.pk), form | {"story_date": "in 2017"})

    element.refresh_from_db()
    assert (element.story_date, element.story_precision) == (date(2017, 7, 1), "about")
    assert 'value="2017-07-01"' in panel
    assert (wrong.status_code, "Enter a valid date." in wrong.json()["panel"]) == (422, True)


def test_another_kind_brings_its_own_fields(owner: StudyAccess, transcript: Transcript, login: Login) -> None:
    element = coded(owner, transcript)

    answer = (
        login(owner)
        .post(
            url(owner, "element_edit", element.pk), {"version": 1, "kind": "gain", "phase": "4", "note": ""}
        )
        .json()
    )

    assert 'name="detail.realised"' in answer["panel"]
    assert 'data-el="gain"' in answer["turns"]


def test_two_tabs_editing_one_element_both_stay_visible(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    element, client = coded(owner, transcript), login(owner)
    posted = {"version": 1, "kind": "push", "phase": "1", "epistemic": "stated"}
    client.post(url(owner, "element_edit", element.pk), posted | {"note": "Theirs"})

    refused = client.post(url(owner, "element_edit", element.pk), posted | {"note": "Mine"})

    panel = refused.json()["panel"]
    assert refused.status_code == 409
    assert ("Theirs" in panel, "Mine" in panel, 'value="2"' in panel) == (True, True, True)
    element.refresh_from_db()
    assert element.note == "Theirs"


@pytest.mark.parametrize("change", [{"phase": "7"}, {"intensity": "many"}, {"grade": "Z"}])
def test_a_bad_value_changes_nothing(
    change: dict[str, str], owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    element = coded(owner, transcript)

    posted = {"version": 1, "kind": "push", "phase": "2"} | change
    response = login(owner).post(url(owner, "element_edit", element.pk), posted)

    element.refresh_from_db()
    assert (response.status_code, element.phase, element.version) == (422, 1, 1)


def test_moving_the_span_answers_with_both_places(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    element = coded(owner, transcript)

    posted = span_of(transcript, "What happened") | {"version": 1}
    answer = login(owner).post(url(owner, "element_span", element.pk), posted).json()

    before, there = span_of(transcript, "old van"), span_of(transcript, "What happened")
    assert answer["spans"] == [[each["start"], each["end"]] for each in (before, there)]
    element.refresh_from_db()
    assert element.quote.text == "What happened"
    assert ('id="t1"' in answer["turns"], 'id="t2"' in answer["turns"]) == (True, True)


def test_removing_and_bringing_back(owner: StudyAccess, transcript: Transcript, login: Login) -> None:
    element, client = coded(owner, transcript), login(owner)

    gone = client.post(url(owner, "element_remove", element.pk)).json()
    assert (gone["deleted"], "<mark" in gone["turns"], owner.study.elements.count()) == (True, False, 0)
    back = client.post(url(owner, "element_restore", element.pk)).json()
    assert (back["deleted"], "<mark" in back["turns"], owner.study.elements.count()) == (False, True, 1)


def test_a_proposal_is_accepted_with_other_words_and_a_second_one_rejected(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    client, turn = login(owner), transcript.turns.get(number=1)
    snaps = [
        owner.study.snapproposals.create(
            element=factories.make_element(transcript.interview, at_ms=12_000), turn=turn, distance_ms=0
        )
        for _ in range(2)
    ]
    assert client.get(url(owner, "transcript", transcript.pk)).context["snap_count"] == 2

    posted = {"decision": "accept"} | span_of(transcript, "old van")
    answer = client.post(url(owner, "snap", snaps[0].pk), posted).json()
    client.post(url(owner, "snap", snaps[1].pk), {"decision": "reject"})

    words = [row.quote.text if row.quote else "" for row in owner.study.elements.order_by("pk")]
    assert (words, answer["turns"].count("data-snap=")) == (["old van", ""], 1)
    assert client.get(url(owner, "transcript", transcript.pk)).context["snap_count"] == 0

    back = [client.post(f"{url(owner, 'snap', snap.pk)}reopen/").json() for snap in snaps]
    assert ["<mark" in each["turns"] for each in back] == [False, False]
    assert [(each["item"], each["turns"].count("data-snap=")) for each in back] == [("", 1), ("", 2)]


def test_a_transcript_of_a_deleted_participant_is_gone_from_every_page(
    owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    element, client = coded(owner, transcript), login(owner)
    person = transcript.interview.participant
    client.post(url(owner, "participant_delete", person.pk))

    assert client.get(url(owner, "transcript", transcript.pk)).status_code == 404
    assert client.get(url(owner, "element", element.pk)).status_code == 404


def test_a_reviewer_reads_but_may_not_code(
    as_role: Any, owner: StudyAccess, transcript: Transcript, login: Login
) -> None:
    element, client = coded(owner, transcript), login(as_role(Role.REVIEWER))

    page = client.get(url(owner, "transcript", transcript.pk))
    assert ("data-codebar" in page.text, 'data-readonly="yes"' in page.text) == (False, True)
    assert "<fieldset disabled>" in client.get(url(owner, "element", element.pk)).text
    assert client.post(url(owner, "code", transcript.pk)).status_code == 403


def test_words_are_escaped_and_stand_alone_in_their_element(owner: StudyAccess, login: Login) -> None:
    words = "<script>alert(1)</script> & so on"
    found = factories.make_transcript(factories.make_interview(owner.study), [("participant", words)])

    page = login(owner).get(url(owner, "transcript", found.pk)).text

    said = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; so on"
    assert f'<p class="said" data-start="0">{said}</p>' in page


def test_a_link_to_a_quote_without_an_element_points_at_its_words(
    owner: StudyAccess, outsider: StudyAccess, transcript: Transcript, login: Login
) -> None:
    quote = factories.make_quote(transcript, "old van")
    foreign = factories.make_quote(
        factories.make_transcript(factories.make_interview(outsider.study)), "old van"
    )
    client, address = login(owner), url(owner, "transcript", transcript.pk)

    assert client.get(address, {"quote": quote.pk}).context["pointed"] == quote
    for wanted in (foreign.pk, "x", "9" * 30):
        assert client.get(address, {"quote": wanted}).context["pointed"] is None


def test_a_job_can_be_written_from_here(owner: StudyAccess, transcript: Transcript, login: Login) -> None:
    page = login(owner).get(url(owner, "transcript", transcript.pk)).text

    assert f'href="/s/{owner.study.slug}/jobs/write/{transcript.interview_id}/"' in page
