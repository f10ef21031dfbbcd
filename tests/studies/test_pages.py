"""The state of a page in its address."""

import pytest
from django.test import RequestFactory

from studies.pages import here, page_number, query_without


@pytest.mark.parametrize(
    ("asked", "page"), [("3", 3), ("", 1), ("-2", 1), ("two", 1), ("²", 1), ("123456789", 1)]
)
def test_what_is_no_number_is_the_first_page(rf: RequestFactory, asked: str, page: int) -> None:
    assert page_number(rf.get("/", {"page": asked})) == page


def test_a_link_keeps_what_it_does_not_change(rf: RequestFactory) -> None:
    request = rf.get("/?q=&sort=name&state=held&page=4")
    assert query_without(request, "page") == "sort=name&state=held"
    assert query_without(request, "page", "sort") == "state=held"
    assert query_without(request, "page", sort="-name") == "sort=-name&state=held"


def test_an_address_that_leads_back_has_its_question_mark_or_nothing(rf: RequestFactory) -> None:
    assert here(rf.get("/?q=two words&edit=3"), "edit") == "?q=two+words"
    assert here(rf.get("/?q=&edit=3"), "edit") == ""
