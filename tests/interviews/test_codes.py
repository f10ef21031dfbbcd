"""The codebook: codes, what carries them, and what each interview brought."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from interviews.actions import codes as actions
from interviews.models import Code, Element
from interviews.queries import codes as queries
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make

Login = Callable[[StudyAccess], Client]


def url(access: StudyAccess, name: str, *ids: Any) -> str:
    return reverse(f"interviews:{name}", args=[access.study.slug, *ids])


def element_of(access: StudyAccess, day: int = 1, **fields: Any) -> Element:
    interview = make.make_interview(access.study, held_on=date(2026, 10, day))
    return make.make_element(interview, **fields)


def counts(access: StudyAccess) -> dict[str, tuple[int, int]]:
    return {code.name: (code.elements, code.interviews) for code in queries.codebook(access.study)}


# --- the book ----------------------------------------------------------------------------------------
def test_a_name_is_taken_whatever_its_case(owner: StudyAccess) -> None:
    code = actions.add_code(owner, name="  Old   car ", description="The car before")

    assert (code.name, code.description, code.position) == ("Old car", "The car before", 1)
    for name in ("OLD CAR", " "):
        with pytest.raises(ValidationError):
            actions.add_code(owner, name=name)
    assert [code.name for code in owner.study.codes.all()] == ["Old car"]


def test_another_study_may_use_the_same_word(owner: StudyAccess, outsider: StudyAccess) -> None:
    actions.add_code(outsider, name="Theft")
    assert actions.add_code(owner, name="Theft").study == owner.study


def test_codes_change_places_and_names(owner: StudyAccess) -> None:
    first, second, third = (actions.add_code(owner, name=name) for name in "abc")

    actions.move_code(owner, code=third, by=-1)
    actions.move_code(owner, code=first, by=-1)
    actions.edit_code(owner, code=second, name="B", description="the second")

    assert [code.name for code in queries.codebook(owner.study)] == ["a", "c", "B"]


def test_counts_leave_out_what_lies_in_the_trash(owner: StudyAccess) -> None:
    code = actions.add_code(owner, name="Theft")
    actions.add_code(owner, name="Never used")
    kept, gone = element_of(owner), element_of(owner, 2)
    again = make.make_element(kept.interview, note="And again")
    for element in (kept, again, gone):
        actions.give_code(owner, element=element, code=code)
        actions.give_code(owner, element=element, code=code)
    assert counts(owner) == {"Theft": (3, 2), "Never used": (0, 0)}

    Element.objects.filter(pk=gone.pk).update(deleted_at="2026-10-03T00:00Z")

    assert counts(owner) == {"Theft": (2, 1), "Never used": (0, 0)}
    assert list(queries.elements_with(code)) == [kept, again]


def test_a_deleted_code_comes_back_with_its_codings(owner: StudyAccess) -> None:
    code = actions.give_named_code(owner, element=element_of(owner), name="Theft").code

    actions.delete_code(owner, code=code)
    assert counts(owner) == {}

    actions.restore_code(owner, code=code)
    assert counts(owner) == {"Theft": (1, 1)}


def test_a_merge_gives_the_other_code_and_undoing_it_takes_only_that_away(owner: StudyAccess) -> None:
    theft, stolen = (actions.add_code(owner, name=name) for name in ("Theft", "Stolen bike"))
    both, one = element_of(owner), element_of(owner, 2)
    for element, code in ((both, theft), (both, stolen), (one, stolen)):
        actions.give_code(owner, element=element, code=code)

    actions.merge_codes(owner, code=stolen, into=theft)
    assert counts(owner) == {"Theft": (2, 2)}

    actions.restore_code(owner, code=stolen)
    assert counts(owner) == {"Theft": (1, 1), "Stolen bike": (2, 2)}


def test_a_code_deleted_after_an_undone_merge_takes_nothing_with_it(owner: StudyAccess) -> None:
    theft, stolen = (actions.add_code(owner, name=name) for name in ("Theft", "Stolen bike"))
    actions.give_code(owner, element=element_of(owner), code=stolen)
    actions.merge_codes(owner, code=stolen, into=theft)
    actions.restore_code(owner, code=stolen)
    actions.give_code(owner, element=owner.study.elements.get(), code=theft)

    actions.delete_code(owner, code=stolen)
    actions.restore_code(owner, code=stolen)

    assert counts(owner) == {"Theft": (1, 1), "Stolen bike": (1, 1)}


def test_a_code_is_not_merged_with_itself(owner: StudyAccess) -> None:
    code = actions.add_code(owner, name="Theft")
    with pytest.raises(ValidationError):
        actions.merge_codes(owner, code=code, into=code)


def test_a_viewer_gives_no_code(as_role: Any, owner: StudyAccess) -> None:
    element, viewer = element_of(owner), as_role(Role.VIEWER)
    with pytest.raises(PermissionDenied):
        actions.give_named_code(viewer, element=element, name="Theft")
    assert not Code.objects.exists()


# --- pages -------------------------------------------------------------------------------------------
def test_the_book_is_kept_by_its_page(owner: StudyAccess, login: Login) -> None:
    client = login(owner)
    client.post(url(owner, "code_add"), {"name": "Theft", "description": "Fear of it, or the thing itself"})
    code = owner.study.codes.get()
    actions.give_code(owner, element=element_of(owner), code=code)

    page = client.get(url(owner, "codes"))
    assert "<b>1</b> element in <b>1</b> of 1 interview" in page.text

    twice = client.post(url(owner, "code_add"), {"name": "theft"})
    assert (twice.status_code, "in the codebook already" in twice.text) == (422, True)
    assert client.post(url(owner, "code_edit", code.pk), {"name": "Theft of the bike"}).status_code == 302
    late = client.post(url(owner, "code_edit", code.pk), {"name": "Thieves", "seen": "Theft"})
    assert (late.status_code, "Theft of the bike" in late.text) == (409, True)

    gone = client.post(url(owner, "code_delete", code.pk), follow=True)
    assert f"undo:{url(owner, 'code_restore', code.pk)}" in [m.extra_tags for m in gone.context["messages"]]
    client.post(url(owner, "code_restore", code.pk))
    assert counts(owner) == {"Theft of the bike": (1, 1)}


def test_a_name_taken_meanwhile_keeps_a_code_in_the_trash(owner: StudyAccess, login: Login) -> None:
    code = actions.add_code(owner, name="Theft")
    actions.delete_code(owner, code=code)
    actions.add_code(owner, name="Theft")

    page = login(owner).post(url(owner, "code_restore", code.pk), follow=True)

    assert "in the codebook already. Rename that one first." in page.text


def test_a_long_book_is_searched_by_name_and_description(owner: StudyAccess, login: Login) -> None:
    for name, description in (("Theft", "Also the fear of it"), ("Fear", ""), ("Winter", "")):
        actions.add_code(owner, name=name, description=description)
    client = login(owner)

    found = client.get(url(owner, "codes"), {"q": " fear "})
    none = client.get(url(owner, "codes"), {"q": "hills"})

    assert [code.name for code in found.context["page"]] == ["Theft", "Fear"]
    assert "2 of 3 codes" in found.text
    assert "Move up" not in found.text  # one place up in the book, not among those that were found
    assert "No code holds these words" in none.text


def test_a_long_book_has_pages_and_what_is_changed_leads_back_to_its_own(
    owner: StudyAccess, login: Login
) -> None:
    book = [actions.add_code(owner, name=f"Code {number:02}") for number in range(52)]
    client = login(owner)
    second = {"query_params": {"page": "2"}}

    page = client.get(url(owner, "codes"), {"page": "2"})
    edited = client.post(url(owner, "code_edit", book[51].pk), {"name": "The last"}, **second)
    refused = client.post(url(owner, "code_edit", book[51].pk), {"name": ""}, **second)
    up = client.post(url(owner, "code_move", book[50].pk), {"direction": "up"})
    down = client.post(url(owner, "code_move", book[50].pk), {"direction": "down"})
    added = client.post(url(owner, "code_add"), {"name": "Another"}, **second)

    assert [code.name for code in page.context["page"]] == ["Code 50", "Code 51"]
    assert page.text.count("disabled") == 1  # only the last code of the book moves no further down
    assert edited["Location"] == f"{url(owner, 'codes')}?page=2#code-{book[51].pk}"
    assert (refused.status_code, refused.context["page"].number) == (422, 2)
    assert up["Location"] == f"{url(owner, 'codes')}#code-{book[50].pk}"
    assert down["Location"] == f"{url(owner, 'codes')}?page=2#code-{book[50].pk}"
    assert added["Location"] == f"{url(owner, 'codes')}?page=2#new-code"


def test_what_was_searched_stays_searched(owner: StudyAccess, login: Login) -> None:
    code = actions.add_code(owner, name="Theft")
    client = login(owner)

    page = client.get(url(owner, "codes"), {"q": "the", "edit": code.pk})
    saved = client.post(url(owner, "code_edit", code.pk) + "?q=the", {"name": "Theft of the bike"})
    gone = client.post(url(owner, "code_delete", code.pk) + "?q=the")

    assert f'{url(owner, "code_edit", code.pk)}?q=the"' in page.text
    assert saved["Location"] == f"{url(owner, 'codes')}?q=the#code-{code.pk}"
    assert gone["Location"] == f"{url(owner, 'codes')}?q=the"


def test_the_page_of_a_code_shows_the_words_behind_its_number(owner: StudyAccess, login: Login) -> None:
    transcript = make.make_transcript(make.make_interview(owner.study))
    quoted = make.make_element(transcript.interview, quote=make.make_quote(transcript, "The old van died."))
    code = actions.give_named_code(owner, element=quoted, name="Van").code
    actions.give_code(owner, element=element_of(owner, note="A note"), code=code)

    page = login(owner).get(url(owner, "code_detail", code.pk))

    assert f"{url(owner, 'transcript', transcript.pk)}#element-{quoted.pk}" in page.text
    assert "<b>2</b> elements in <b>2</b> of 2 interviews" in page.text


def test_an_element_is_coded_by_a_word_and_uncoded_by_its_chip(owner: StudyAccess, login: Login) -> None:
    client, element = login(owner), element_of(owner)
    address = url(owner, "element_code", element.pk)

    assert "Theft" in client.post(address, {"name": "Theft"}).text
    client.post(address, {"name": " theft "})
    assert counts(owner) == {"Theft": (1, 1)}
    assert client.post(address, {"name": "x" * 81}).status_code == 422

    assert "Theft" in client.get(url(owner, "element_codes", element.pk)).text
    code = owner.study.codes.get()
    client.post(url(owner, "element_uncode", element.pk, code.pk))
    assert counts(owner) == {"Theft": (0, 0)}
    assert code.name in client.get(url(owner, "element", element.pk)).text  # offered again


@pytest.mark.parametrize("rows", [1, 3])
def test_the_book_asks_no_query_for_each_code(
    rows: int, owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    element = element_of(owner)
    for number in range(rows):
        actions.give_named_code(owner, element=element, name=f"Code {number}")
    client = login(owner)
    with django_assert_num_queries(7):
        client.get(url(owner, "codes"))
