"""Web processes on the database of the tests, for the live canvas."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import testcases

from strategy.models import Canvas
from strategy.seats import Seat
from studies.access import StudyAccess
from studies.roles import Role
from tests import factories as make
from tests.plugins.surroundings import environment_of_the_test_database
from tests.strategy.rooms import lead
from tests.strategy.windows import Web, Window, cookie_of


@pytest.fixture
def canvas(owner: StudyAccess) -> Canvas:
    return make.make_canvas(make.make_job(owner.study, scope="generalised"))


@pytest.fixture
def leader(owner: StudyAccess, canvas: Canvas) -> Seat:
    return lead(owner, canvas)


@pytest.fixture(scope="session")
def _web(django_db_setup: None) -> Iterator[Web]:
    web = Web(environment_of_the_test_database())
    yield web
    web.kill()


@pytest.fixture
def _patient_flush(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web process goes on asking while tables are emptied; PostgreSQL may then end either of the two."""

    def flush(*args: Any, **kwargs: Any) -> None:
        for pause in (0.2, 1.0, 3.0):
            try:
                return call_command(*args, **kwargs)
            except CommandError:
                time.sleep(pause)
        return call_command(*args, **kwargs)

    monkeypatch.setattr(testcases, "call_command", flush)


@pytest.fixture
def web(_patient_flush: None, _web: Web, transactional_db: None) -> Web:
    """The web process that most tests share; whoever kills it starts it again."""
    return _web


@pytest.fixture
def another_web(web: Web) -> Iterator[Callable[..., Web]]:
    """Further processes, with other settings if need be."""
    running: list[Web] = []

    def start(kind: type[Web] = Web, **changes: str) -> Web:
        running.append(kind({**web.environment, **changes}))
        return running[-1]

    yield start
    for each in running:
        each.kill()


@pytest.fixture
def live_canvas(web: Web, owner: StudyAccess) -> Canvas:
    return make.make_canvas(make.make_job(owner.study, scope="generalised"))


@pytest.fixture
def until_refused(
    open_window: Callable[..., Window], as_role: Callable[[Role], StudyAccess]
) -> Callable[..., None]:
    """Waits until a web process knows that a card is locked: somebody else tries until they are refused."""

    def try_it(key: str, **options: Any) -> None:
        somebody = open_window(as_role(Role.STRATEGIST), **options)
        kinds = cycle(("question", "idea"))

        def is_refused() -> bool:
            somebody.change(key, kind=next(kinds))
            somebody.listen(0.1)  # else it might be refused for coming too often
            return somebody.code is not None

        somebody.until(is_refused)
        assert somebody.code == 4403

    return try_it


@pytest.fixture
def open_window(web: Web, live_canvas: Canvas) -> Iterator[Callable[..., Window]]:
    """A window of somebody on the canvas, in the shared web process unless another is given."""
    windows: list[Window] = []

    def open_it(access: StudyAccess | None = None, **options: Any) -> Window:
        cookie = options.pop("cookie", None) or (cookie_of(access.user) if access else "")
        server, canvas = options.pop("web", web), options.pop("canvas", live_canvas.pk)
        windows.append(Window(server, canvas, cookie, **options))
        return windows[-1]

    yield open_it
    for window in windows:
        window.close()
