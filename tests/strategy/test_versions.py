"""Kept versions of a canvas: when they are kept, what is thinned, and going back to one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from pycrdt import Text

from strategy.actions import cards, versions
from strategy.actions.projection import project
from strategy.actions.restoring import restore_card_of, restore_version
from strategy.actions.rules import StrategyRefused
from strategy.actions.sheets import shared_sheet
from strategy.actions.silence import begin_silence, reveal
from strategy.actions.workshops import end_workshop
from strategy.document import read_cards, shared_cards
from strategy.live import store
from strategy.models import CanvasVersion, Workshop
from strategy.queries.facts import facts
from studies.history import person_name
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import edit_card, lead, seat_of, write_silently


@pytest.fixture
def canvas(owner: Any) -> Any:
    return make.make_canvas(make.make_job(owner.study, scope="generalised"))


def add(access: Any, canvas: Any, text: str) -> Any:
    return cards.add_card(access, canvas=canvas, phase=1, lane="need", text=text)


def long_ago(version: CanvasVersion, **ago: int) -> None:
    CanvasVersion.objects.filter(pk=version.pk).update(made_at=timezone.now() - timedelta(**ago))


def texts(canvas: Any) -> list[str]:
    return sorted(canvas.cards.values_list("text", flat=True))


def test_a_canvas_that_is_edited_is_kept_every_ten_minutes_as_it_was_before(owner, canvas):
    add(owner, canvas, "one")
    add(owner, canvas, "two")
    [first] = canvas.versions.all()
    assert ([card["text"] for card in first.cards], first.made_by) == (["one"], None)

    add(owner, canvas, "three")
    assert canvas.versions.count() == 1

    long_ago(first, minutes=11)
    add(owner, canvas, "four")
    assert sorted(card["text"] for card in canvas.versions.first().cards) == ["one", "three", "two"]


def test_the_same_state_is_kept_by_itself_once_and_by_name_each_time(owner, canvas):
    add(owner, canvas, "one")

    once, again = versions.keep_version(canvas), versions.keep_version(canvas)
    named = versions.name_version(owner, canvas=canvas, name=" Board ")

    assert once == again
    assert (named.name, named.seq, named.made_by) == ("Board", once.seq, owner.user)
    assert owner.study.history.filter(verb="canvas.version_kept").count() == 1


def test_old_versions_thin_out_but_named_ones_stay(owner, canvas):
    now = (timezone.now() - timedelta(hours=1)).replace(minute=30)
    for minutes in (1, 5, 9):  # all of a day, one an hour for a week, then one a day
        for days in (0, 3, 30):
            row = CanvasVersion.objects.create(study=owner.study, canvas=canvas)
            moment = now - timedelta(days=days, minutes=minutes)
            CanvasVersion.objects.filter(pk=row.pk).update(made_at=moment)
    for hours in (2, 3):
        row = CanvasVersion.objects.create(study=owner.study, canvas=canvas)
        moment = now.replace(hour=12) - timedelta(days=30, hours=hours)
        CanvasVersion.objects.filter(pk=row.pk).update(made_at=moment)
    named = CanvasVersion.objects.create(study=owner.study, canvas=canvas, name="Board")
    long_ago(named, days=30)

    versions.thin(canvas)

    ages = [(timezone.now() - made_at).days for made_at in canvas.versions.values_list("made_at", flat=True)]
    assert ages.count(0) == 3
    assert ages.count(2) + ages.count(3) == 1
    assert canvas.versions.filter(name="Board").exists()


def test_the_whole_canvas_goes_back_and_the_way_there_is_kept(owner, canvas):
    card = add(owner, canvas, "Lend a bike")
    gone = add(owner, canvas, "Sell a bike")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    edit_card(owner, card=card, text="Lend a cargo bike")
    cards.trash_card(owner, card=gone)
    add(owner, canvas, "New")

    before = restore_version(owner, version=version)
    assert texts(canvas) == ["Lend a bike", "Sell a bike"]

    restore_version(owner, version=before)
    assert texts(canvas) == ["Lend a cargo bike", "New"]


def test_what_somebody_types_offline_meanwhile_survives_a_restore(owner, canvas):
    card = add(owner, canvas, "Lend a bike")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    edit_card(owner, card=card, text="Lend a cargo bike")
    sheet = shared_sheet(canvas)
    offline = store.load(sheet.pk).doc
    state = offline.get_state()
    text = shared_cards(offline)[str(card.key)]["text"]
    assert isinstance(text, Text)
    text += " to families"

    restore_version(owner, version=version)
    store.append([(sheet.pk, f"u{owner.user.pk}", offline.get_update(state))])
    project(sheet.pk)

    assert texts(canvas) == ["Lend a bike to families"]
    assert read_cards(store.load(sheet.pk).doc)[str(card.key)].text == "Lend a bike to families"


def test_one_card_goes_back_alone(owner, canvas):
    card, other = add(owner, canvas, "Lend"), add(owner, canvas, "Sell")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    edit_card(owner, card=card, text="Lend more")
    edit_card(owner, card=other, text="Sell more")
    new = add(owner, canvas, "New")

    restore_card_of(owner, version=version, key=str(card.key))
    assert texts(canvas) == ["Lend", "New", "Sell more"]

    restore_card_of(owner, version=version, key=str(new.key))
    assert texts(canvas) == ["Lend", "Sell more"]


def test_locks_and_a_workshop_that_somebody_else_leads_are_respected(owner, as_role, canvas):
    card = add(owner, canvas, "Lend")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    edit_card(owner, card=card, text="Lend more")
    canvas.cards.update(locked=True)
    Workshop.objects.create(study=owner.study, canvas=canvas, facilitator=as_role(Role.STRATEGIST).user)

    with pytest.raises(StrategyRefused):
        restore_card_of(owner, version=version, key=str(card.key))
    with pytest.raises(StrategyRefused):
        restore_version(owner, version=version)


def test_who_may_not_edit_may_not_keep_or_go_back(owner, as_role, canvas):
    add(owner, canvas, "Lend")
    version = versions.keep_version(canvas)
    for role in (Role.VIEWER, Role.REVIEWER):
        with pytest.raises(PermissionDenied):
            versions.name_version(as_role(role), canvas=canvas, name="x")
        with pytest.raises(PermissionDenied):
            restore_version(as_role(role), version=version)


def test_an_export_says_which_state_it_shows(owner, canvas):
    add(owner, canvas, "Lend")
    assert versions.version_label(canvas).endswith("(change 1)")

    versions.name_version(owner, canvas=canvas, name="Board")
    assert versions.version_label(canvas) == "Board (change 1)"

    add(owner, canvas, "Sell")
    before, label, after = timezone.localtime(), versions.version_label(canvas), timezone.localtime()
    assert label in {f"{moment:%d %B %Y, %H:%M} (change 2)" for moment in (before, after)}


# --- pages --------------------------------------------------------------------------------------------
def page(access: Any, canvas: Any, name: str = "versions", *more: Any) -> str:
    return reverse(f"strategy:{name}", args=[access.study.slug, canvas.pk, *more])


def test_the_list_says_who_kept_what_and_what_had_changed(
    owner, login, canvas, django_assert_max_num_queries
):
    add(owner, canvas, "Lend")
    versions.name_version(owner, canvas=canvas, name="Board")
    add(owner, canvas, "Sell")
    versions.name_version(owner, canvas=canvas, name="After the board")
    client = login(owner)

    with django_assert_max_num_queries(20):
        answer = client.get(page(owner, canvas))

    assert [line.changed for line in answer.context["lines"]] == ["1 added", "1 added"]
    assert "After the board" in answer.content.decode()


def test_two_versions_stand_side_by_side_readable_without_colour(owner, login, canvas):
    card = add(owner, canvas, "Lend a bike for a week or so")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    edit_card(owner, card=card, text="Lend a bike for a month or so")

    answer = login(owner).get(page(owner, canvas, "version", version.pk)).content.decode()

    assert '<del><span class="mark">[−</span>week<span class="mark">−]</span></del> or so' in answer
    assert '<ins><span class="mark">[+</span>month<span class="mark">+]</span></ins> or so' in answer


def test_of_two_versions_the_older_one_stands_left_whichever_was_opened(owner, login, canvas):
    older = versions.name_version(owner, canvas=canvas, name="Before")
    add(owner, canvas, "Lend")
    newer = versions.name_version(owner, canvas=canvas, name="After")

    address = page(owner, canvas, "version", newer.pk)
    answer = login(owner).get(f"{address}?with={older.pk}", follow=True)

    assert (answer.context["then"], answer.context["now"]) == (older, newer)
    assert answer.context["summary"] == "1 added"


def test_going_back_is_not_offered_where_nothing_differs(owner, login, canvas):
    card = add(owner, canvas, "Lend")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    address = page(owner, canvas, "version", version.pk)
    back = page(owner, canvas, "version_restore", version.pk)
    assert back not in login(owner).get(address).content.decode()

    edit_card(owner, card=card, text="Sell")
    assert back in login(owner).get(address).content.decode()


def test_a_name_is_asked_for(owner, login, canvas):
    answer = login(owner).post(page(owner, canvas, "version_keep"), {"name": " "})

    assert answer.status_code == 422
    assert "Give the version a name" in answer.content.decode()


def test_going_back_can_be_taken_back_from_the_notice(owner, login, canvas):
    add(owner, canvas, "Lend")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    add(owner, canvas, "Sell")
    client = login(owner)

    client.post(page(owner, canvas, "version_restore", version.pk))
    undo = page(owner, canvas, "version_restore", canvas.versions.first().pk)
    assert texts(canvas) == ["Lend"]
    assert f'action="{undo}?undone={version.pk}"' in client.get(page(owner, canvas)).content.decode()

    client.post(f"{undo}?undone={version.pk}")
    assert texts(canvas) == ["Lend", "Sell"]


def test_what_others_wrote_since_a_restore_stays_when_it_is_taken_back(owner, canvas):
    kept, gone = add(owner, canvas, "Lend"), add(owner, canvas, "Rent")
    version = versions.name_version(owner, canvas=canvas, name="Board")
    edit_card(owner, card=kept, text="Lend more")
    cards.trash_card(owner, card=gone)
    add(owner, canvas, "Sell")
    before = restore_version(owner, version=version)
    edit_card(owner, card=gone, text="Rent by the hour")
    add(owner, canvas, "A colleague's")

    restore_version(owner, version=before, undone=version)

    assert texts(canvas) == ["A colleague's", "Lend more", "Rent by the hour", "Sell"]


def test_open_pages_hear_who_took_the_whole_canvas_back(owner, canvas):
    add(owner, canvas, "Lend")
    version, seat = versions.name_version(owner, canvas=canvas, name="Board"), seat_of(owner, canvas)
    add(owner, canvas, "Sell")
    assert facts(seat)["taken_back"] is None

    restore_version(owner, version=version)

    told, name = facts(seat)["taken_back"], person_name(owner.user)
    assert (told["by"], told["id"]) == (seat.key, owner.study.history.first().pk)
    assert told["words"].startswith(f"{name} took the whole canvas back to an earlier version.")


def test_a_workshop_keeps_how_it_began_what_was_there_before_the_reveal_and_how_it_ended(owner, canvas):
    add(owner, canvas, "Lend")
    leader = lead(owner, canvas)
    begin_silence(leader)
    write_silently(leader, "Sell")
    reveal(leader)
    end_workshop(leader)

    kept = {row.name: sorted(card["text"] for card in row.cards) for row in canvas.versions.exclude(name="")}
    assert kept == {
        "Workshop begins": ["Lend"],
        "Before the reveal": ["Lend"],
        "Workshop ends": ["Lend", "Sell"],
    }
