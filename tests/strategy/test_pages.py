"""The pages of the strategy as a browser asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from strategy import actions
from strategy.models import Canvas, Card
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make

JSON = {"headers": {"accept": "application/json"}}
Login = Callable[[StudyAccess], Client]


@pytest.fixture
def canvas(owner: StudyAccess) -> Canvas:
    return make.make_canvas(make.make_job(owner.study, scope="generalised"))


@pytest.fixture
def client(owner: StudyAccess, login: Login) -> Client:
    return login(owner)


def url(name: str, row: Any, *args: Any) -> str:
    return reverse(f"strategy:{name}", args=[row.study.slug, *args])


def held_element(canvas: Canvas, **fields: Any) -> Any:
    """An element of an interview that holds the canvas's job."""
    interview = make.make_interview(canvas.study)
    make.make_job(canvas.study, interview=interview, general=canvas.job)
    return make.make_element(interview, **fields)


# --- the list ----------------------------------------------------------------------------------------
def test_an_empty_list_teaches_and_offers_the_first_job(client: Client, owner: StudyAccess) -> None:
    job = make.make_job(owner.study, scope="generalised", statement="Get there dry")

    page = client.get(reverse("strategy:canvases", args=[owner.study.slug])).content.decode()

    assert "No canvas yet" in page
    assert reverse("strategy:canvas_open", args=[owner.study.slug, job.pk]) in page


def test_a_generalised_job_gets_one_canvas(client: Client, owner: StudyAccess) -> None:
    job = make.make_job(owner.study, scope="generalised")
    for _ in range(2):
        client.post(reverse("strategy:canvas_open", args=[owner.study.slug, job.pk]))

    assert owner.study.canvases.count() == 1


def test_an_individual_job_gets_no_canvas(client: Client, owner: StudyAccess) -> None:
    job = make.make_job(owner.study)

    assert client.post(reverse("strategy:canvas_open", args=[owner.study.slug, job.pk])).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_of_canvases_costs_the_same_however_long_it_is(
    number: int, client: Client, owner: StudyAccess, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        made = make.make_canvas(make.make_job(owner.study, scope="generalised"))
        make.make_card(made)
        make.make_action(made)
    address = reverse("strategy:canvases", args=[owner.study.slug])
    client.get(address)  # the first visit computes the ranking

    with django_assert_max_num_queries(9):
        client.get(address)


# --- the canvas --------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 3])
def test_a_canvas_costs_the_same_however_full_it_is(
    number: int, client: Client, canvas: Canvas, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        element = held_element(canvas)
        make.make_card(canvas).elements.add(element)
    client.get(url("canvas", canvas, canvas.pk))

    with django_assert_max_num_queries(17):
        client.get(url("canvas", canvas, canvas.pk))


def test_the_strip_counts_interviews_that_hold_the_job(client: Client, canvas: Canvas) -> None:
    held_element(canvas, kind="push", note="The lift was broken")
    held_element(canvas, kind="desire", note="Dry feet", phase=2)
    make.make_element(make.make_interview(canvas.study), kind="push", note="Somebody else's lift")

    page = client.get(url("canvas", canvas, canvas.pk)).content.decode()

    assert "The lift was broken" in page
    assert "Somebody else's lift" not in page
    assert "Pushes <small>1 of 2 interviews</small>" in page
    assert "<b>2</b> of 3 interviews" in page


def test_a_line_of_the_strip_opens_every_quote_behind_it(client: Client, canvas: Canvas) -> None:
    for number in range(4):
        held_element(canvas, kind="push", note=f"Push number {number}")

    page = client.get(url("evidence", canvas, canvas.pk) + "?group=pushes").content.decode()

    assert [f"Push number {number}" in page for number in range(4)] == [True] * 4


def test_an_unknown_line_of_the_strip_does_not_exist(client: Client, canvas: Canvas) -> None:
    assert client.get(url("evidence", canvas, canvas.pk) + "?group=nonsense").status_code == 404


def test_the_purpose_is_read_upwards_from_the_job_map(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    purpose = make.make_job(owner.study, scope="generalised", level="purpose", statement="Live in peace")
    canvas.job.parent = purpose
    canvas.job.save()

    assert (
        "<span>in order to</span> Live in peace"
        in client.get(url("canvas", canvas, canvas.pk)).content.decode()
    )


def test_a_hostile_card_stays_text(client: Client, canvas: Canvas) -> None:
    make.make_card(canvas, text="</script><script>alert(1)</script>")

    assert "<script>alert" not in client.get(url("canvas", canvas, canvas.pk)).content.decode()


# --- cards as the canvas speaks of them --------------------------------------------------------------
def test_a_card_sent_twice_is_added_once(client: Client, canvas: Canvas) -> None:
    body = {"phase": 2, "lane": "marketing", "text": "A card", "key": str(uuid4())}

    answers = [client.post(url("card_add", canvas, canvas.pk), body, **JSON) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["card"]["id"] == answers[1].json()["card"]["id"]
    assert canvas.cards.count() == 1


def test_a_form_without_scripts_adds_a_card_too(client: Client, canvas: Canvas) -> None:
    answer = client.post(url("card_add", canvas, canvas.pk), {"phase": 1, "lane": "need", "text": "Help"})

    assert answer.status_code == 302
    assert canvas.cards.get().text == "Help"


@pytest.mark.parametrize("body", [{"phase": 5}, {"lane": "nowhere"}, {"text": " "}, {"text": "x" * 2001}])
def test_a_card_without_place_or_words_is_refused(
    body: dict[str, Any], client: Client, canvas: Canvas
) -> None:
    whole = {"phase": 1, "lane": "need", "text": "Help"} | body

    assert client.post(url("card_add", canvas, canvas.pk), whole, **JSON).status_code == 422
    assert canvas.cards.count() == 0


def test_a_stale_edit_gets_the_other_text_and_changes_nothing(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    address = url("card_edit", canvas, canvas.pk, card.pk)
    client.post(address, {"version": 1, "text": "Theirs"}, **JSON)

    answer = client.post(address, {"version": 1, "text": "Mine"}, **JSON)

    assert (answer.status_code, answer.json()["card"]["text"]) == (409, "Theirs")
    card.refresh_from_db()
    assert card.text == "Theirs"


def test_without_scripts_a_stale_edit_shows_both_texts(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    client.post(url("card_edit", canvas, canvas.pk, card.pk), {"version": 1, "text": "Theirs"})

    answer = client.post(url("card_edit", canvas, canvas.pk, card.pk), {"version": 1, "text": "Mine"})

    page = answer.content.decode()
    assert (answer.status_code, "Theirs" in page, ">Mine</textarea>" in page) == (409, True, True)


def test_an_edit_of_a_deleted_card_is_answered_in_words(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    card = make.make_card(canvas)
    actions.trash_card(owner, card=card)

    answer = client.post(url("card_edit", canvas, canvas.pk, card.pk), {"version": 1, "text": "Mine"}, **JSON)

    assert (answer.status_code, answer.json()["error"]) == (410, "gone")


def test_agreeing_without_ground_says_why(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas)

    answer = client.post(url("card_agree", canvas, canvas.pk, card.pk), {"agreed": 1}, **JSON)

    assert (answer.status_code, answer.json()["message"]) == (422, actions.NEEDS_EVIDENCE)


def test_a_card_moves_behind_another(client: Client, canvas: Canvas) -> None:
    first, second = make.make_card(canvas, position="a0"), make.make_card(canvas, position="b0")
    moving = make.make_card(canvas, phase=3, lane="need")

    body = {"phase": 1, "lane": "solutions", "after": first.pk}
    answer = client.post(url("card_move", canvas, canvas.pk, moving.pk), body, **JSON)

    assert answer.status_code == 200
    assert list(canvas.cards.filter(phase=1, lane="solutions")) == [first, moving, second]


def test_a_card_does_not_move_behind_one_of_another_study(
    client: Client, canvas: Canvas, outsider: StudyAccess
) -> None:
    foreign = make.make_card(make.make_canvas(make.make_job(outsider.study)), phase=1, lane="solutions")
    card = make.make_card(canvas, phase=2)

    body = {"phase": 1, "lane": "solutions", "after": foreign.pk}
    answer = client.post(url("card_move", canvas, canvas.pk, card.pk), body, **JSON)

    card.refresh_from_db()
    assert (answer.status_code, card.phase) == (409, 2)


def test_deleting_offers_undo_and_undo_brings_the_card_back(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    undo = client.post(url("card_delete", canvas, canvas.pk, card.pk), **JSON).json()["undo"]
    assert canvas.cards.count() == 0

    client.post(undo, **JSON)

    assert canvas.cards.get() == card


def test_a_card_is_linked_to_elements_of_this_study_only(
    client: Client, canvas: Canvas, outsider: StudyAccess
) -> None:
    card, own = make.make_card(canvas), held_element(canvas)
    foreign = make.make_element(make.make_interview(outsider.study))
    address = url("card_link", canvas, canvas.pk, card.pk)

    assert client.post(address, {"elements": [own.pk, foreign.pk]}).status_code == 422
    assert card.elements.count() == 0
    assert client.post(address, {"elements": [own.pk]}).status_code == 302
    assert list(card.elements.all()) == [own]


def test_the_picker_finds_words_and_keeps_what_is_ticked(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas)
    ticked, other = held_element(canvas, note="A broken lift"), held_element(canvas, note="A wet seat")

    page = client.get(
        url("card_link", canvas, canvas.pk, card.pk), {"q": "seat", "elements": [ticked.pk]}
    ).content.decode()

    assert f'value="{ticked.pk}" checked' in page
    assert f'value="{other.pk}"' in page


def test_the_picker_never_offers_another_study(client: Client, canvas: Canvas, outsider: StudyAccess) -> None:
    card = make.make_card(canvas)
    foreign = make.make_element(make.make_interview(outsider.study), note="Not yours")

    page = client.get(
        url("card_link", canvas, canvas.pk, card.pk), {"q": "", "elements": [foreign.pk]}
    ).content.decode()

    assert "Not yours" not in page


# --- two people --------------------------------------------------------------------------------------
def test_a_quiet_canvas_answers_with_nothing_in_four_queries(
    client: Client, canvas: Canvas, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        answer = client.get(url("changes", canvas, canvas.pk), {"since": 0})

    assert answer.status_code == 204


def test_changes_tell_new_words_and_gone_cards(
    client: Client, owner: StudyAccess, canvas: Canvas, django_assert_num_queries: Any
) -> None:
    add = {"canvas": canvas, "phase": 1, "lane": "need"}
    old, gone = (actions.add_card(owner, text=text, **add) for text in ("Old", "Gone"))
    actions.add_card(owner, text="New", **add)
    actions.trash_card(owner, card=gone)

    with django_assert_num_queries(5):
        news = client.get(url("changes", canvas, canvas.pk), {"since": old.change_seq}).json()

    assert [card["text"] for card in news["cards"]] == ["New"]
    assert (news["gone"], news["seq"]) == ([str(gone.key)], 4)


def test_nonsense_in_the_question_for_changes_is_refused(client: Client, canvas: Canvas) -> None:
    assert client.get(url("changes", canvas, canvas.pk), {"since": "x"}).status_code == 400


# --- roles -------------------------------------------------------------------------------------------
def test_a_viewer_sees_the_canvas_and_no_way_to_change_it(
    canvas: Canvas, login: Login, as_role: Callable[[Role], StudyAccess]
) -> None:
    card, viewer = make.make_card(canvas), login(as_role(Role.VIEWER))

    page = viewer.get(url("canvas", canvas, canvas.pk)).content.decode()
    answer = viewer.post(url("card_edit", canvas, canvas.pk, card.pk), {"version": 1, "text": "x"}, **JSON)

    assert (card.text in page, "data-add" in page, answer.status_code) == (True, False, 403)


def test_a_canvas_cannot_come_back_beside_its_successor(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    actions.trash_canvas(owner, canvas=canvas)
    newer = actions.open_canvas(owner, job=canvas.job)

    client.post(url("canvas_restore", canvas, canvas.pk))

    assert list(owner.study.canvases.all()) == [newer]


def test_the_page_carries_its_cards_as_plain_data(client: Client, canvas: Canvas) -> None:
    card: Card = make.make_card(canvas)

    page = client.get(url("canvas", canvas, canvas.pk)).content.decode()
    data = json.loads(page.split('id="canvas-data" type="application/json">')[1].split("</script>")[0])

    assert [each["key"] for each in data["cards"]] == [str(card.key)]
