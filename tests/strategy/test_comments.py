"""The thread of a card: who writes, who is asked to look, what is resolved and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from strategy.actions import comments as actions
from strategy.actions.sheets import changing, shared_sheet
from strategy.document import CardData, put_card
from strategy.models import CardComment
from strategy.queries.comments import mentions
from strategy.queries.facts import cards as card_facts
from strategy.views import comments as views
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import guest_client, invite, lead, seat_of


@pytest.fixture
def card(owner: Any) -> Any:
    return make.make_card(make.make_canvas(make.make_job(owner.study, scope="generalised")))


@pytest.fixture
def no_counts() -> Iterator[None]:
    """Seats of other tests have the same numbers."""
    cache.clear()
    yield
    cache.clear()


def say(access: Any, card: Any, text: str) -> CardComment:
    return actions.add_comment(seat_of(access, card.canvas), card=card, text=text)


def address(card: Any, name: str = "comments", *more: Any) -> str:
    return reverse(f"room:{name}", args=[card.canvas_id, card.key, *more])


# --- who ----------------------------------------------------------------------------------------------
def test_a_reviewer_comments_without_editing_and_a_viewer_only_reads(as_role, login, card):
    reviewer, viewer = login(as_role(Role.REVIEWER)), login(as_role(Role.VIEWER))

    assert reviewer.post(address(card), {"text": "Says who?"}).status_code == 302
    assert viewer.post(address(card), {"text": "Me too"}).status_code == 403
    page = viewer.get(address(card)).content.decode()

    assert "Says who?" in page
    assert "Your role reads comments" in page


def test_a_guest_comments_and_deletes_their_own_by_what_their_session_remembers(owner, card):
    leader = lead(owner, card.canvas)
    ada, other = guest_client(invite(leader)[0]), guest_client(invite(leader)[0])

    ada.post(address(card), {"text": "I rent bikes"})
    row = CardComment.objects.get()
    assert (row.author, row.author_name) == (None, "Ada")

    assert other.post(address(card, "comment_delete", row.pk)).status_code == 403
    assert ada.post(address(card, "comment_delete", row.pk)).status_code == 302
    assert not CardComment.objects.exists()


def test_a_guest_writes_so_many_comments_in_five_minutes_and_loses_no_word(owner, card, no_counts):
    leader = lead(owner, card.canvas)
    ada, other = guest_client(invite(leader)[0]), guest_client(invite(leader)[0])
    url = reverse("room:comments", args=[card.canvas_id, card.key])
    for number in range(views.COMMENTS):
        assert ada.post(url, {"text": str(number)}).status_code == 302

    answer = ada.post(url, {"text": "One too many"})

    assert (answer.status_code, card.comments.count()) == (429, views.COMMENTS)
    assert ("Wait five minutes" in answer.text, "One too many" in answer.text) == (True, True)
    assert other.post(url, {"text": "Mine"}).status_code == 302


def test_a_guest_who_observes_writes_nothing(owner, card):
    observer = guest_client(invite(lead(owner, card.canvas), role="observer")[0])

    assert observer.post(address(card), {"text": "x"}).status_code == 403


def test_a_guest_is_not_told_who_is_in_the_study(owner, as_role, card):
    as_role(Role.VIEWER)
    guest = guest_client(invite(lead(owner, card.canvas))[0])

    assert guest.get(address(card)).context["people"] == []


def test_a_thread_does_not_exist_for_outsiders_or_on_another_canvas(owner, outsider, login, card):
    theirs = make.make_card(make.make_canvas(make.make_job(outsider.study, scope="generalised")))
    row = say(outsider, theirs, "Secret")
    here = [card.canvas_id, theirs.key]

    assert login(outsider).get(address(card)).status_code == 404
    assert Client().get(address(card)).status_code == 404
    assert login(owner).get(reverse("room:comments", args=here)).status_code == 404
    assert login(owner).post(address(card, "comment_resolve", row.pk)).status_code == 404
    assert login(owner).get(reverse("room:comments", args=[card.canvas_id, "not-a-key"])).status_code == 404


# --- what ---------------------------------------------------------------------------------------------
def test_the_history_says_who_commented_and_not_what(owner, card):
    say(owner, card, "They will never pay for that")

    [entry] = owner.study.history.filter(verb="card.commented")
    assert (entry.actor, entry.target_label) == (owner.user, card.text)
    assert "pay" not in f"{entry.target_label} {entry.data}"


def test_facts_count_what_is_said_and_what_is_open(owner, card):
    first, second = say(owner, card, "One"), say(owner, card, "Two")
    seat = seat_of(owner, card.canvas)
    actions.set_resolved(seat, comment=first, resolved=True)
    assert _counts(card) == (2, 1)

    actions.set_deleted(seat, comment=second, deleted=True, own=True)
    assert _counts(card) == (1, 0)

    actions.set_deleted(seat, comment=second, deleted=False, own=True)
    actions.set_resolved(seat, comment=first, resolved=False)
    assert _counts(card) == (2, 2)


def _counts(card: Any) -> tuple[int, int]:
    facts = card_facts(card.canvas)[str(card.key)]
    return facts["comments"], facts["open_comments"]


def test_only_its_author_deletes_a_comment(owner, as_role, card):
    row = say(as_role(Role.REVIEWER), card, "Mine")

    with pytest.raises(PermissionDenied):
        actions.set_deleted(seat_of(owner, card.canvas), comment=row, deleted=True, own=False)


def test_deleting_offers_undo_and_undo_brings_it_back(owner, login, card):
    row, client = say(owner, card, "Oops"), login(owner)

    answer = client.post(address(card, "comment_delete", row.pk), headers={"HX-Request": "true"})
    assert address(card, "comment_restore", row.pk) in answer.headers["HX-Trigger"]

    back = client.post(address(card, "comment_restore", row.pk) + "?canvas")
    assert CardComment.objects.get() == row
    assert back.headers["Location"].endswith(f"/canvases/{card.canvas_id}/#card-{card.key}")


def test_a_card_whose_row_is_still_to_come_can_be_commented_on(owner, login, card):
    key, sheet = str(uuid4()), shared_sheet(card.canvas)
    with changing(sheet, f"u{owner.user.pk}") as doc:
        put_card(doc, CardData(key, text="Written a moment ago"))

    answer = login(owner).post(reverse("room:comments", args=[card.canvas_id, key]), {"text": "Fast!"})

    assert answer.status_code == 302
    assert CardComment.objects.get().card.text == "Written a moment ago"


def test_an_empty_comment_is_refused_in_words(owner, login, card):
    answer = login(owner).post(address(card), {"text": "  "})

    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()


def test_a_hostile_comment_stays_text(owner, login, card):
    say(owner, card, "<script>alert(1)</script>")

    assert "<script>alert(1)" not in login(owner).get(address(card)).content.decode()


def test_a_long_thread_costs_as_few_queries_as_a_short_one(owner, login, card, django_assert_max_num_queries):
    client = login(owner)
    for number in range(30):
        say(owner, card, f"Comment {number}")

    with django_assert_max_num_queries(14):
        client.get(address(card))


# --- mentions -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Ruth Owner, look", ["ruth"]),
        ("@ruth owner", ["ruth"]),
        ("ask (@ruth)", ["ruth"]),
        ("@Ruthless", []),
        ("mail ada@ruth or a.@ruth", []),
        ("@Ruth and @Ruth Owner and @Ada", ["ada", "ruth"]),
        ("@nobody", []),
        ("@Şule and @ŞULE, not @Rıfat", ["sule"]),
    ],
)
def test_names_behind_an_at_are_people_of_the_study(owner, text, who):
    for name, last in (("ruth", "Owner"), ("ada", "")):
        user = make.make_user(name)
        user.last_name = last
        user.save()
        owner.study.memberships.create(user=user, role="reviewer")
    for name, first in (("sule", "Şule"), ("rifat", "Rifat")):
        user = make.make_user(name)
        user.first_name = first
        user.save()
        owner.study.memberships.create(user=user, role="viewer")
    make.make_user("stranger")

    found = actions.mentioned(owner.study, text)

    assert sorted(user.get_username() for user in found) == who


def test_who_is_mentioned_is_asked_at_home_until_they_have_looked(owner, as_role, login, card):
    reviewer = as_role(Role.REVIEWER)
    row = say(owner, card, f"@{reviewer.user.get_full_name()} is that so? @{owner.user.get_full_name()}")
    home = reverse("study_home", args=[owner.study.slug])
    assert (mentions(reviewer), mentions(owner)) == ([row], [])
    assert "You were mentioned" in login(reviewer).get(home).content.decode()

    login(reviewer).get(address(card))

    assert mentions(reviewer) == []
    assert "You were mentioned" not in login(reviewer).get(home).content.decode()


def test_what_is_resolved_or_gone_asks_nobody(owner, as_role, card):
    reviewer, seat = as_role(Role.REVIEWER), seat_of(owner, card.canvas)
    row = say(owner, card, f"@{reviewer.user.get_full_name()}")

    actions.set_resolved(seat, comment=row, resolved=True)
    assert mentions(reviewer) == []

    actions.set_resolved(seat, comment=row, resolved=False)
    actions.set_deleted(seat, comment=row, deleted=True, own=True)
    assert mentions(reviewer) == []
