from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interviews import kinds
from interviews.actions.guide import add_default_guide, add_prompt, move_prompt
from studies.access import StudyAccess
from tests import factories

Login = Callable[[StudyAccess], Client]


def url(access: StudyAccess, name: str, *args: Any) -> str:
    return reverse(f"interviews:{name}", args=[access.study.slug, *args])


def test_our_guide_asks_about_every_element_in_every_phase(owner: StudyAccess) -> None:
    prompts = add_default_guide(owner)
    assert len(prompts) >= 20
    assert {prompt.element for prompt in prompts} == set(kinds.BY_CODE) | {""}
    assert {prompt.phase for prompt in prompts} == {None, 1, 2, 3, 4}


def test_a_guide_that_somebody_wrote_stays_as_it_is(owner: StudyAccess) -> None:
    add_prompt(owner, text="Mine")
    assert add_default_guide(owner) == []
    assert owner.study.guide.count() == 1


def test_a_prompt_is_added_edited_and_removed_with_a_way_back(owner: StudyAccess, login: Login) -> None:
    client = login(owner)
    client.post(url(owner, "prompt_add"), {"text": "What now?", "phase": "2", "element": "desire"})
    prompt = owner.study.guide.get()
    assert (prompt.text, prompt.phase, prompt.element) == ("What now?", 2, "desire")

    client.post(url(owner, "prompt_edit", prompt.pk), {"text": "What then?", "phase": "", "element": ""})
    prompt.refresh_from_db()
    assert (prompt.text, prompt.phase, prompt.element) == ("What then?", None, "")

    page = client.post(url(owner, "prompt_remove", prompt.pk))
    assert page.context["removed"] == {"text": "What then?", "phase": None, "element": ""}
    assert owner.study.guide.count() == 0


@pytest.mark.parametrize("posted", [{"text": ""}, {"text": "x" * 301}, {"text": "a", "phase": "7"}])
def test_a_bad_prompt_is_shown_again_and_not_kept(
    owner: StudyAccess, login: Login, posted: dict[str, str]
) -> None:
    assert login(owner).post(url(owner, "prompt_add"), posted).status_code == 422
    assert owner.study.guide.count() == 0


def test_a_prompt_moves_within_its_phase(owner: StudyAccess) -> None:
    first, second, third = (add_prompt(owner, text=text, phase=1) for text in "abc")
    move_prompt(owner, prompt=third, by=-1)
    move_prompt(owner, prompt=first, by=-1)
    assert list(owner.study.guide.all()) == [first, third, second]


def test_prompts_of_others_are_out_of_reach(owner: StudyAccess, outsider: StudyAccess, login: Login) -> None:
    foreign = outsider.study.guide.create(text="Theirs", phase=1)
    client = login(owner)
    for name in ("prompt_edit", "prompt_move", "prompt_remove"):
        assert client.post(url(owner, name, foreign.pk), {"text": "x"}).status_code == 404
    assert client.get(url(owner, "guide"), {"edit": foreign.pk}).status_code == 404


def test_the_page_teaches_while_it_is_empty_and_starts_from_our_prompts(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    client = login(owner)
    assert client.get(url(owner, "guide")).context["empty"] is True
    client.post(url(owner, "guide_start"))
    with django_assert_num_queries(5):
        page = client.get(url(owner, "guide"))
    assert page.context["empty"] is False


def test_a_study_has_its_own_guide(owner: StudyAccess, outsider: StudyAccess) -> None:
    add_default_guide(owner)
    assert outsider.study.guide.count() == 0
    assert factories.make_interview(owner.study).asked.count() == 0
