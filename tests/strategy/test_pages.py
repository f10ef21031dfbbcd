"""The pages of the strategy as a browser asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interviews.models import Consent, Participant
from strategy.actions.canvases import open_canvas, trash_canvas
from strategy.actions.rules import NEEDS_EVIDENCE
from strategy.document import MOST_CARDS, MOST_DRAFTED
from strategy.models import Canvas
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import guest_client, invite, lead

JSON = {"headers": {"accept": "application/json"}}
Login = Callable[[StudyAccess], Client]


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


def test_a_long_list_of_canvases_has_pages_and_is_searched_by_words_of_the_job(
    client: Client, owner: StudyAccess
) -> None:
    jobs = [
        make.make_job(owner.study, scope="generalised", statement=f"Carry {n} crates")
        for n in range(100, 175)
    ]
    for job in jobs[:51]:
        make.make_canvas(job)
    address = reverse("strategy:canvases", args=[owner.study.slug])

    second, found = client.get(address, {"page": "2"}), client.get(address, {"q": " 150 "})
    free, none = client.get(address, {"q": "174"}), client.get(address, {"q": "hills"})

    assert [row.canvas.job for row in second.context["page"]] == [jobs[50]]
    assert "the first 20 of 24 by rank" in second.text
    assert [row.canvas.job for row in found.context["page"]] == [jobs[50]]
    assert "1 of 51 canvases" in found.text
    assert [job for job, _ in free.context["first"]] == [jobs[74]]
    assert "No canvas of a job that holds these words" in free.text
    assert "No job holds these words" in none.text


# --- the canvas --------------------------------------------------------------------------------------
@pytest.mark.parametrize("number", [1, 3])
def test_a_canvas_costs_the_same_however_full_it_is(
    number: int, client: Client, canvas: Canvas, django_assert_max_num_queries: Any
) -> None:
    for _ in range(number):
        element = held_element(canvas)
        make.make_card(canvas).elements.add(element)
    client.get(url("canvas", canvas, canvas.pk))

    with django_assert_max_num_queries(19):
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


def test_whose_consent_is_withdrawn_is_neither_counted_nor_quoted_nor_offered(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    held_element(canvas, kind="push", note="The lift was broken")
    gone = held_element(canvas, kind="push", note="My secret")
    Participant.objects.filter(pk=gone.interview.participant_id).update(consent=Consent.WITHDRAWN)
    link = invite(lead(owner, canvas))[0]

    pages = [
        client.get(url("canvas", canvas, canvas.pk)).text,
        guest_client(link).get(reverse("room:room", args=[canvas.pk])).text,
        client.get(url("evidence", canvas, canvas.pk) + "?group=pushes").text,
        client.get(url("find", canvas, canvas.pk)).text,
    ]

    assert ["My secret" in page for page in pages] == [False] * 4
    assert "Pushes <small>1 of 1 interviews</small>" in pages[0]
    linked = client.get(url("find", canvas, canvas.pk), {"link": f"element:{gone.pk}"}).json()["linked"]
    assert [one["text"] for one in linked] == ["What a customer said was withdrawn"]


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


def test_the_page_carries_no_cards_as_data_but_shows_them(client: Client, canvas: Canvas) -> None:
    """They come through the shared document; the page shows them until it is there, and without scripts."""
    card = make.make_card(canvas, text="Lend a bike", kind="question")

    page = client.get(url("canvas", canvas, canvas.pk)).content.decode()

    data = json.loads(page.split('id="canvas-data" type="application/json">')[1].split("</script>")[0])
    assert "cards" not in data
    assert (f'id="card-{card.key}"' in page, "Lend a bike" in page, "> Question<" in page) == (True,) * 3


def test_the_page_knows_how_many_cards_the_server_takes(client: Client, canvas: Canvas) -> None:
    page = client.get(url("canvas", canvas, canvas.pk)).content.decode()

    told = json.loads(page.split('id="canvas-data" type="application/json">')[1].split("</script>")[0])
    assert {sheet: limit["most"] for sheet, limit in told["limits"].items()} == {
        "shared": MOST_CARDS,
        "draft": MOST_DRAFTED,
    }


def test_a_page_without_its_script_says_so(client: Client, canvas: Canvas, monkeypatch: Any) -> None:
    monkeypatch.setattr("studies.templatetags.studio.static", _not_gathered)

    page = client.get(url("canvas", canvas, canvas.pk)).content.decode()

    assert "The script of this page was not built" in page


def _not_gathered(path: str) -> str:
    """What the manifest of gathered files says of a file that is not among them."""
    if path == "dist/canvas.js":
        raise ValueError(path)
    return f"/static/{path}"


# --- links -------------------------------------------------------------------------------------------
def offered(client: Client, canvas: Canvas, **query: Any) -> dict[str, list[str]]:
    answer = client.get(url("find", canvas, canvas.pk), query).json()
    return {name: [one["link"] for one in answer[name]] for name in ("found", "linked")}


def test_links_are_found_by_words_in_all_four_sorts(client: Client, canvas: Canvas) -> None:
    element = held_element(canvas, note="A wet seat")
    spoken = [("participant", "My seat was wet.")]
    quote = make.make_quote(make.make_transcript(make.make_interview(canvas.study), spoken), "seat")
    job = make.make_job(canvas.study, statement="Sit on a dry seat")
    cluster = canvas.study.jobclusters.create(name="Dry seats")
    held_element(canvas, note="A broken lift")

    assert offered(client, canvas, q="seat")["found"] == [
        f"element:{element.pk}",
        f"quote:{quote.pk}",
        f"job:{job.pk}",
        f"cluster:{cluster.pk}",
    ]


def test_without_words_the_interviews_that_hold_the_job_are_offered(client: Client, canvas: Canvas) -> None:
    element = held_element(canvas, note="A wet seat")
    make.make_element(make.make_interview(canvas.study), note="Somebody else's")

    found = offered(client, canvas)["found"]

    assert [link for link in found if link.startswith("element")] == [f"element:{element.pk}"]


def test_links_have_names_within_the_study_only(
    client: Client, canvas: Canvas, outsider: StudyAccess
) -> None:
    own = held_element(canvas)
    foreign = make.make_element(make.make_interview(outsider.study))
    links = [f"element:{own.pk}", f"element:{foreign.pk}", f"job:{canvas.job_id}", "element:0", "nonsense"]

    assert offered(client, canvas, link=links)["linked"] == [f"element:{own.pk}", f"job:{canvas.job_id}"]


@pytest.mark.parametrize("number", [1, 3])
def test_finding_links_costs_the_same_however_much_there_is(
    number: int, client: Client, canvas: Canvas, django_assert_max_num_queries: Any
) -> None:
    links = [f"element:{held_element(canvas, note='A wet seat').pk}" for _ in range(number)]
    client.get(url("find", canvas, canvas.pk))

    with django_assert_max_num_queries(13):
        client.get(url("find", canvas, canvas.pk), {"q": "seat", "link": links})


def test_a_viewer_finds_no_links(
    canvas: Canvas, login: Login, as_role: Callable[[Role], StudyAccess]
) -> None:
    assert login(as_role(Role.VIEWER)).get(url("find", canvas, canvas.pk)).status_code == 403


# --- cards as the server speaks of them --------------------------------------------------------------
def test_agreeing_without_ground_says_why(client: Client, canvas: Canvas) -> None:
    card = make.make_card(canvas)

    answer = client.post(url("card_agree", canvas, canvas.pk, card.pk), {"agreed": 1}, **JSON)

    assert (answer.status_code, answer.json()["message"]) == (422, NEEDS_EVIDENCE)


# --- roles -------------------------------------------------------------------------------------------
def test_a_viewer_sees_the_canvas_and_no_way_to_change_it(
    canvas: Canvas, login: Login, as_role: Callable[[Role], StudyAccess]
) -> None:
    card, viewer = make.make_card(canvas), login(as_role(Role.VIEWER))

    page = viewer.get(url("canvas", canvas, canvas.pk)).content.decode()
    answer = viewer.post(url("card_agree", canvas, canvas.pk, card.pk), {"agreed": 1}, **JSON)

    assert (card.text in page, "cv-new" in page, answer.status_code) == (True, False, 403)


def test_a_canvas_cannot_come_back_beside_its_successor(
    client: Client, owner: StudyAccess, canvas: Canvas
) -> None:
    trash_canvas(owner, canvas=canvas)
    newer = open_canvas(owner, job=canvas.job)

    client.post(url("canvas_restore", canvas, canvas.pk))

    assert list(owner.study.canvases.all()) == [newer]
