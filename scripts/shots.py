"""make shots: every main page of the demo study, light and dark, 1440 px and 390 px, into build/shots/.

Names given as arguments choose pages. The pictures of README and docs are taken from here by hand.
"""

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scripts.chromium import launch_options
from scripts.machine import ROOT
from scripts.main_pages import EMAIL, OUTSIDE, addresses, password
from tests.plugins.running import SECONDS_FOR_THE_FIRST_START, Studio

FOLDER = ROOT / "build/shots"
WIDTHS = {"1440": (1440, 900), "390": (390, 844)}
SCHEMES = ("light", "dark")
TALLEST = 4000


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="studio-shots-") as folder, sync_playwright() as playwright:
        data_dir = Path(os.environ.get("SHOTS_DATA_DIR") or f"{folder}/data")
        data_dir.mkdir(exist_ok=True)
        studio = Studio(data_dir)
        try:
            studio.wait_until_ready(SECONDS_FOR_THE_FIRST_START)
            browser = playwright.chromium.launch(**launch_options())
            for width in WIDTHS:
                for scheme in SCHEMES:
                    _series(browser, studio, width, scheme)
        finally:
            studio.stop()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}/")


def _series(browser: Browser, studio: Studio, width: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    chosen = set(sys.argv[1:])
    for name, path in OUTSIDE.items():
        _shoot(page, studio.url + path, f"{name}-{width}-{scheme}", chosen, name)
    sign_in(page, studio.url, password(studio.data_dir))
    for name, path in addresses(studio.data_dir).items():
        _shoot(page, studio.url + path, f"{name}-{width}-{scheme}", chosen, name)
    context.close()


def sign_in(page: Page, url: str, secret: str, email: str = EMAIL) -> None:
    page.goto(f"{url}/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(secret)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login/" not in address)


def _size(name: str) -> ViewportSize:
    width, height = next(size for width, size in WIDTHS.items() if f"-{width}-" in name)
    return {"width": width, "height": height}


def _grow(page: Page) -> None:
    """A window as high as the page: what is drawn only when it is seen is then drawn, too."""
    size = page.viewport_size or {"width": 1440, "height": 900}
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(max(height, size["height"]), TALLEST)})
    page.wait_for_timeout(600)  # scripts draw the wheel and the charts


def _shoot(page: Page, url: str, name: str, chosen: set[str], page_name: str) -> None:
    if chosen and page_name not in chosen:
        return
    page.set_viewport_size(_size(name))
    answer = page.goto(url, wait_until="load")
    page.wait_for_timeout(300)
    _grow(page)
    page.screenshot(path=FOLDER / f"{name}.png")
    if answer is None or answer.status != 200:
        print(f"{name}: answered {answer.status if answer else 'nothing'}", file=sys.stderr)


if __name__ == "__main__":
    main()
