"""Who may open what, for every route that belongs to a study: generated, so that no route is forgotten.

Each route is called with a method that it accepts (405 is no pass) and with ids that exist on both sides, so
a 404 says "refused" and never "absent". Ids inside POST bodies are each action's own business and tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from studies.access import StudyAccess
from studies.roles import VERBS_OF, Role
from tests import factories
from tests.architecture.populated import populate


def routes(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern), entry.namespace or namespace)
        elif "<slug:slug>" in prefix + str(entry.pattern):
            yield prefix + str(entry.pattern), entry


ROUTES = dict(sorted(routes(get_resolver())))


def fill(route: str, slug: str, ids: dict[str, Any]) -> str:
    pattern = ROUTES[route]
    url = "/" + route.replace("<slug:slug>", slug)
    for name, converter in pattern.pattern.converters.items():
        if name != "slug":
            url = url.replace(f"<{kind_of(converter)}:{name}>", str(ids[name]))
    return url


def kind_of(converter: Any) -> str:
    return type(converter).__name__.removesuffix("Converter").replace("String", "str").lower()


def call(client: Client, url: str) -> int:
    """The answer to the method that the route accepts."""
    response = client.get(url)
    return client.post(url).status_code if response.status_code == 405 else response.status_code


@pytest.fixture(scope="module")
def owner(module_db: None) -> StudyAccess:
    return factories.make_access(Role.OWNER)


@pytest.fixture(scope="module")
def outsider(module_db: None) -> StudyAccess:
    return factories.make_access(Role.OWNER)


@pytest.fixture(scope="module")
def ids(owner: StudyAccess) -> dict[str, Any]:
    return populate(owner)


@pytest.fixture(scope="module")
def foreign(outsider: StudyAccess) -> dict[str, Any]:
    return populate(outsider)


def child_names(route: str) -> list[str]:
    return [name for name in ROUTES[route].pattern.converters if name != "slug"]


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_of_a_study_goes_through_the_door(route: str) -> None:
    assert hasattr(ROUTES[route].callback, "needs")


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_the_owner_gets_in_and_the_outsider_and_the_anonymous_do_not(
    route: str, owner: StudyAccess, outsider: StudyAccess, ids: dict[str, Any], login: Any
) -> None:
    url = fill(route, owner.study.slug, ids)

    outside, anonymous = call(login(outsider), url), call(Client(), url)
    inside = call(login(owner), url)

    assert (outside, anonymous) == (404, 302)
    assert inside in {200, 204, 302, 303, 400, 409, 422}


@pytest.mark.django_db
@pytest.mark.parametrize("route", [route for route in ROUTES if child_names(route)])
def test_a_row_of_another_study_does_not_exist_here(
    route: str, owner: StudyAccess, foreign: dict[str, Any], ids: dict[str, Any], login: Any
) -> None:
    for name in child_names(route):
        url = fill(route, owner.study.slug, ids | {name: foreign[name]})
        assert call(login(owner), url) == 404, name


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_a_role_without_the_verb_is_refused_and_a_role_with_it_is_not(
    role: Role, owner: StudyAccess, ids: dict[str, Any], login: Any
) -> None:
    client = login(factories.make_access(role, study=owner.study))
    wrong = []
    for route, pattern in ROUTES.items():
        allowed = pattern.callback.needs in VERBS_OF[role]
        status = call(client, fill(route, owner.study.slug, ids))
        if (status != 403) != allowed:
            wrong.append((route, status))
    assert wrong == []
