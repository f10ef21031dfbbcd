"""Suggestions of a study: what is learned from, what is stored, and what people do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from interviews.actions.codes import give_named_code
from interviews.actions.elements import add_element
from interviews.actions.quotes import code_span
from interviews.models import Transcript
from jobs import encoders
from jobs.actions import suggestions as actions
from jobs.models import Suggestion, SuggestionModel
from jobs.queries import suggestions as queries
from jobs.queries.coding_material import coding_material
from jobs.runs import suggesting
from studies import runs
from studies.access import StudyAccess
from studies.models import Run
from studies.roles import Role
from tests import factories as make
from tests.jobs.test_suggest import WordEncoder

Login = Callable[[StudyAccess], Client]
TALK = [
    ("interviewer", "What happened that day?"),
    ("participant", "The old van died on the bridge. I was afraid of the new bike. Yes."),
    ("interviewer", "What did you want?"),
    ("participant", "I wanted one big enough for both. The new bike was stolen in May."),
]
SENTENCES = [
    "The old van died on the bridge.",
    "I was afraid of the new bike.",
    "I wanted one big enough for both.",
    "The new bike was stolen in May.",
]


@pytest.fixture(autouse=True)
def _quick_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that the settings name is loaded once a process; these tests are not about its judgement."""
    monkeypatch.setattr(suggesting, "sentence_encoder", WordEncoder)
    assert encoders.sentence_encoder is not WordEncoder


def talk(access: StudyAccess) -> Transcript:
    return make.make_transcript(make.make_interview(access.study), TALK)


def code(access: StudyAccess, transcript: Transcript, words: str, kind: str) -> Any:
    start = transcript.text.index(words)
    return code_span(
        access, transcript=transcript, start=start, end=start + len(words), kind=kind, client_id=uuid4()
    )


def trained(access: StudyAccess) -> Run:
    run = actions.train_suggestions(access)
    claimed = runs.claim(run.pk)
    assert claimed
    claimed.result = suggesting.train(claimed, runs.reporter(claimed))
    runs.close(claimed, Run.State.DONE, result=claimed.result)
    return claimed


def suggested(transcript: Transcript, **of: Any) -> list[str]:
    rows = transcript.suggestions.filter(**of).order_by("start")
    return [transcript.text[row.start : row.end] for row in rows]


def url(access: StudyAccess, name: str, *ids: Any) -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *ids])


def span(transcript: Transcript, words: str) -> dict[str, int]:
    start = transcript.text.index(words)
    return {"start": start, "end": start + len(words)}


# --- what is learned from ----------------------------------------------------------------------------
def test_the_material_is_the_sentence_with_what_stood_around_it(owner: StudyAccess) -> None:
    transcript = talk(owner)
    quoted = code(owner, transcript, "afraid of the new", "anxiety")
    noted = add_element(owner, interview=transcript.interview, kind="push", note="Had enough")
    add_element(owner, interview=transcript.interview, note="Waits in the tray")
    give_named_code(owner, element=quoted, name="Fear")

    found = coding_material(owner.study)

    kinds = {each.element: (each.kind, each.spoken.text, len(each.codes)) for each in found.coded}
    assert kinds == {quoted.pk: ("anxiety", SENTENCES[1], 1), noted.pk: ("push", "Had enough", 0)}
    spoken = next(each.spoken for each in found.coded if each.element == quoted.pk)
    assert (spoken.before, spoken.after, spoken.question) == (SENTENCES[0], "Yes.", TALK[0][1])
    assert [each.spoken.text for each in found.uncoded] == [SENTENCES[0], *SENTENCES[2:]]


def test_only_the_newest_version_of_a_transcript_gets_suggestions(owner: StudyAccess) -> None:
    old = talk(owner)
    new = make.make_transcript(old.interview, TALK, number=2)
    assert {each.transcript for each in coding_material(owner.study).uncoded} == {new.pk}


def test_speakers_without_a_role_are_read_where_no_participant_is_named(owner: StudyAccess) -> None:
    make.make_transcript(make.make_interview(owner.study), [("other", "The old van died on the bridge.")])
    assert len(coding_material(owner.study).uncoded) == 1


# --- training ----------------------------------------------------------------------------------------
def test_a_training_suggests_for_every_sentence_that_nobody_coded(owner: StudyAccess) -> None:
    transcript = talk(owner)
    code(owner, transcript, SENTENCES[1], "anxiety")

    run = trained(owner)

    assert suggested(transcript) == [SENTENCES[0], *SENTENCES[2:]]
    ranked = transcript.suggestions.first().ranked["elements"]
    assert len(ranked) == 3
    assert sum(share for _, share in ranked) <= 1.001
    model = owner.study.suggestion_model
    assert (model.labels, model.encoder, model.run, model.on) == (1, "words 1", run, False)
    assert model.report["anxiety"] == {"labels": 1, "tested": 0, "first": 0, "first_three": 0}
    assert run.result == {"elements": 1, "codes": 0, "sentences": 3}


def test_the_same_codings_give_the_same_suggestions(owner: StudyAccess) -> None:
    for _ in range(3):
        code(owner, talk(owner), SENTENCES[1], "anxiety")
    seen = []
    for _ in range(2):
        trained(owner)
        rows = owner.study.suggestions.order_by("transcript", "start")
        seen.append((list(rows.values_list("ranked", flat=True)), owner.study.suggestion_model.report))
    assert seen[0] == seen[1]


def test_codes_are_suggested_and_judged_from_three_elements_on(owner: StudyAccess) -> None:
    for number in range(4):
        transcript = talk(owner)
        code(owner, transcript, SENTENCES[0], "event")
        element = code(owner, transcript, SENTENCES[3], "event")
        if number:
            give_named_code(owner, element=element, name="Theft")
    talk(owner)

    trained(owner)

    report = SuggestionModel.objects.get(study=owner.study).report
    assert report["code:Theft"]["labels"] == 3
    theft = owner.study.codes.get().pk
    untouched = [
        row
        for row in owner.study.suggestions.all()
        if row.transcript.text[row.start : row.end] == SENTENCES[3]
    ]
    assert [row.ranked["codes"][0][0] for row in untouched] == [theft]


def test_what_was_decided_or_coded_while_the_run_computed_stays_with_the_person(owner: StudyAccess) -> None:
    transcript = talk(owner)
    trained(owner)
    actions.decide_suggestion(
        owner, transcript=transcript, **span(transcript, SENTENCES[0]), state=Suggestion.State.REJECTED
    )
    code(owner, transcript, SENTENCES[2], "desire")

    trained(owner)

    assert suggested(transcript, state="rejected") == [SENTENCES[0]]
    assert suggested(transcript, state="open") == [SENTENCES[1], SENTENCES[3]]


def test_a_study_without_transcripts_is_told_what_is_missing(owner: StudyAccess) -> None:
    with pytest.raises(actions.SuggestRefused, match="Import one first"):
        actions.train_suggestions(owner)


def test_garbage_is_trained_on_without_complaint(owner: StudyAccess) -> None:
    for words in ("🚐 🚐 🚐 🚐", "a " * 5000, "the of and or", "не знаю как это было"):
        transcript = make.make_transcript(make.make_interview(owner.study), [("participant", words)])
        add_element(owner, interview=transcript.interview, kind="push", note=words[:4000])
    assert trained(owner).result["elements"] == 4


# --- trained anew ------------------------------------------------------------------------------------
def asked_for(access: StudyAccess) -> int:
    return access.study.runs.filter(kind=queries.RUN_KIND).count()


def test_switching_on_trains_once_and_coding_trains_again_when_it_is_due(
    owner: StudyAccess, django_capture_on_commit_callbacks: Any
) -> None:
    transcript = talk(owner)
    code(owner, transcript, SENTENCES[0], "event")
    assert asked_for(owner) == 0  # off: nothing happens by itself

    actions.switch_suggestions(owner, on=True)
    actions.switch_suggestions(owner, on=True)
    assert asked_for(owner) == 1

    trained(owner)
    for number in range(actions.NEW_LABELS):
        assert asked_for(owner) == 1
        with django_capture_on_commit_callbacks(execute=True):
            add_element(owner, interview=transcript.interview, kind="push", note=f"Note {number}")
    assert asked_for(owner) == 2


def test_who_may_not_code_switches_and_trains_nothing(as_role: Any, owner: StudyAccess) -> None:
    talk(owner)
    viewer = as_role(Role.VIEWER)
    for refused in (
        lambda: actions.switch_suggestions(viewer, on=True),
        lambda: actions.train_suggestions(viewer),
    ):
        with pytest.raises(PermissionDenied):
            refused()
    assert not SuggestionModel.objects.exists()


# --- while coding ------------------------------------------------------------------------------------
def test_an_accepted_suggestion_is_a_coding_of_the_person_and_remembers_what_was_chosen(
    owner: StudyAccess, login: Login
) -> None:
    transcript = talk(owner)
    trained(owner)
    theft = give_named_code(owner, element=make.make_element(transcript.interview), name="Theft").code
    both = f"{SENTENCES[0]} {SENTENCES[1]}"
    body = span(transcript, both) | {"kind": "anxiety", "client_id": str(uuid4()), "codes": [theft.pk]}

    answer = login(owner).post(url(owner, "suggestion_accept", transcript.pk), body)

    element = owner.study.elements.get(pk=answer.json()["element"])
    assert (element.kind, element.quote.text, element.captured_by) == ("anxiety", both, owner.user)
    assert [coding.code for coding in element.codings.all()] == [theft]
    rows = transcript.suggestions.filter(state="accepted").values_list("chosen", "by")
    assert list(rows) == [("anxiety", owner.user.pk)] * 2
    assert suggested(transcript, state="open") == SENTENCES[2:]
    assert [each.element for each in coding_material(owner.study).coded if each.element == element.pk]


def test_a_rejected_suggestion_is_gone_until_it_is_opened_again(owner: StudyAccess, login: Login) -> None:
    transcript, client = talk(owner), login(owner)
    actions.switch_suggestions(owner, on=True)
    trained(owner)
    address, body = url(owner, "suggestion_decide", transcript.pk), span(transcript, SENTENCES[0])

    assert client.post(address, body | {"state": "rejected"}).json() == {"decided": 1}
    assert len(queries.for_the_browser(transcript)["sentences"]) == 3
    assert client.post(address, body | {"state": "open"}).json() == {"decided": 1}
    assert len(queries.for_the_browser(transcript)["sentences"]) == 4
    row = transcript.suggestions.get(start=body["start"])
    assert (row.state, row.chosen, row.by, row.at) == ("open", "", None, None)


@pytest.mark.parametrize("body", [{}, {"start": 5, "end": 1}, {"start": 0, "end": 9, "state": "accepted"}])
def test_a_decision_that_makes_no_sense_is_refused(body: Any, owner: StudyAccess, login: Login) -> None:
    transcript = talk(owner)
    for name in ("suggestion_accept", "suggestion_decide"):
        answer = login(owner).post(url(owner, name, transcript.pk), body)
        assert answer.status_code == 422, name
        assert answer.json()["message"]


def test_sentences_coded_by_hand_are_not_suggested_for(owner: StudyAccess) -> None:
    transcript = talk(owner)
    trained(owner)
    code(owner, transcript, "stolen", "pain")
    found = queries.for_the_browser(transcript)["sentences"]
    assert len(found) == 4  # a word of the middle
    code(owner, transcript, SENTENCES[2], "desire")
    assert len(queries.for_the_browser(transcript)["sentences"]) == 3


def test_the_switch_stands_beside_the_transcript_and_is_off_at_first(
    owner: StudyAccess, login: Login
) -> None:
    transcript, client = talk(owner), login(owner)
    beside = url(owner, "suggestions_beside", transcript.pk)
    trained(owner)

    off = client.get(beside).text
    assert ("Suggestions: off" in off, 'id="suggestions"' in off) == (True, False)

    client.post(url(owner, "suggestions_switch"), {"on": "1", "transcript": transcript.pk})
    on = client.get(beside).text
    assert ("Suggestions: on" in on, 'id="suggestions"' in on) == (True, True)
    client.post(url(owner, "suggestions_switch"), {})
    assert "Suggestions: off" in client.get(beside).text


# --- how good ----------------------------------------------------------------------------------------
def test_codings_that_nothing_was_learned_from_yet_are_named(owner: StudyAccess, login: Login) -> None:
    code(owner, talk(owner), SENTENCES[0], "event")

    page = login(owner).get(url(owner, "suggestions")).text

    assert "1 coding of elements and codes waits to be learned from. Switch suggestions on" in page


def test_the_page_says_what_there_is_to_say_at_every_stage(owner: StudyAccess, login: Login) -> None:
    client, address = login(owner), url(owner, "suggestions")
    assert "Nothing to suggest for yet" in client.get(address).text

    transcript = talk(owner)
    assert "Not trained yet" in client.get(address).text

    trained(owner)
    assert "Suggesting without your coding" in client.get(address).text

    code(owner, transcript, SENTENCES[0], "event")
    trained(owner)
    assert "there is no other one to test on" in client.get(address).text

    for _ in range(6):
        transcript = talk(owner)
        code(owner, transcript, SENTENCES[0], "event")
        code(owner, transcript, SENTENCES[1], "anxiety")
    trained(owner)
    page = client.get(address).text
    assert "13</b> of 13 sentences" in page
    assert "nobody coded one yet" in page
    assert "on 13 codings of elements and codes, with words 1" in page


def test_counts_become_shares_with_their_interval() -> None:
    share = queries.Share(9, 10)
    assert (share.percent, share.interval, share.too_few) == (90, (60, 98), False)
    empty = queries.Share(0, 0)
    assert (empty.percent, empty.interval, empty.too_few) == (None, None, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_no_page_asks_a_query_for_each_row(
    rows: int, owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        transcript = talk(owner)
        element = code(owner, transcript, SENTENCES[0], "event")
        give_named_code(owner, element=element, name=f"Code {rows}")
    trained(owner)
    actions.switch_suggestions(owner, on=True)
    client = login(owner)
    with django_assert_num_queries(11):
        client.get(url(owner, "suggestions"))
    with django_assert_num_queries(9):
        client.get(url(owner, "suggestions_beside", transcript.pk))
