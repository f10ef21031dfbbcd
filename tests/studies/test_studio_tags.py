"""What templates call things."""

import re
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from studies.templatetags.studio import begun, built, initials, minus, preload


@pytest.mark.parametrize(
    ("name", "expected"), [("Ruth Ann Owner", "RO"), ("Lena", "Le"), ("", ""), ("lena@home", "le"), (7, "7")]
)
def test_initials_are_those_of_the_first_and_the_last_name(name: object, expected: str) -> None:
    assert initials(name) == expected


def test_a_negative_number_has_a_minus_sign() -> None:
    assert [minus("-0.19"), minus("0.35"), minus("")] == ["−0.19", "0.35", ""]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ["Next 2", "Last 52"]),
        (2, ["Previous 1", "Next 3", "Last 52"]),
        (30, ["First 1", "Previous 29", "Next 31", "Last 52"]),
        (52, ["First 1", "Previous 51"]),
    ],
)
def test_a_long_list_leads_to_its_ends(number: int, expected: list[str]) -> None:
    page = Paginator(range(2562), 50).page(number)

    shown = render_to_string("components/_pager.html", {"page": page, "unit": "jobs", "query": "q=bus"})

    links = re.findall(r'href="\?q=bus&amp;page=(\d+)">(\w+)<', shown)
    assert [f"{name} {leads_to}" for leads_to, name in links] == expected


def test_a_list_of_one_needs_no_place_in_it() -> None:
    page = Paginator(["one"], 50).page(1)

    assert "1" not in render_to_string("components/_pager.html", {"page": page, "unit": "jobs", "query": ""})


class Entrance(forms.Form):
    login = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput)
    remember = forms.BooleanField(required=False)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "login"),
        ({"login": "lena@demo.example", "password": ""}, "password"),
        ({"login": "lena", "password": "wrong"}, "login"),
        ({"login": "lena@demo.example", "password": "wrong"}, "password"),  # the two do not fit each other
    ],
)
def test_a_form_of_an_entrance_begins_where_something_is_to_be_written(
    data: dict[str, str] | None, expected: str
) -> None:
    form = begun(Entrance(data))

    assert [field.name for field in form if "autofocus" in field.field.widget.attrs] == [expected]


def test_a_script_that_was_not_built_has_no_address(settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }

    assert built("never-built.js") == ""


def test_a_page_asks_at_once_for_all_that_its_script_needs() -> None:
    links = re.findall(r'<link rel="modulepreload" href="/static/(.+?)">', preload("js/capture/main.js"))

    assert links[0] == "js/capture/main.js"
    assert {"js/capture/outbox.js", "js/wheel.js"} < set(links)
    assert len(links) == len(set(links))
