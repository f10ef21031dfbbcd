"""A real browser on the running product. A script error or a refused script fails the test that met it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts.chromium import launch_options
from scripts.main_pages import EMAIL, password
from scripts.shots import sign_in
from tests.plugins.running import Studio

# What has to come may take its time on a busy machine; waiting costs nothing where it comes at once
PATIENCE = 30_000  # ms
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.timeout(900))  # the first one starts the product, too


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(**launch_options())
        yield chromium
        chromium.close()


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What went wrong inside pages; a test that expects trouble clears the list."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def visitor(browser: Browser, troubles: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens the browser of one more person: `visitor(studio, email)`; without e-mail, signed out."""
    contexts: list[BrowserContext] = []

    def arrive(studio: Studio, email: str = EMAIL, **options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                troubles.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Content Security Policy" in message.text
                else None
            ),
        )
        if email:
            sign_in(page, studio.url, password(studio.data_dir), email)
        return page

    yield arrive
    for context in contexts:
        context.close()
