"""Several people on one canvas: what one writes the others see at once, and no word is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from scripts.main_pages import EMAIL, addresses, password
from tests.e2e.line import line
from tests.e2e.steps import CARLA, DENIZ, all_saved, go, kept, press, rows, tab_to, until
from tests.plugins.running import Studio

FIELD, NEXT = (f'[data-lane="partners"][data-in-phase="{phase}"]' for phase in (1, 2))
KEPT = "indexedDB.databases().then(all => all.filter(one => one.name.startsWith('studio-canvas')).length)"


def enter(page: Page, studio: Studio) -> Page:
    page.goto(studio.url + addresses(studio.data_dir)["canvas"])
    page.wait_for_selector("[data-canvas][data-ready]")
    return page


@pytest.fixture
def both(studio: Studio, visitor: Callable[..., Page]) -> tuple[Page, Page]:
    """The owner and the strategist, each with the demo's canvas open."""
    return enter(visitor(studio), studio), enter(visitor(studio, DENIZ), studio)


def write(page: Page, *texts: str) -> None:
    """New cards by keys alone, in the field that has the focus."""
    page.locator(f"{FIELD} .cv-new").focus()
    for text in texts:
        press(page, "n")
        page.keyboard.type(text)
        press(page, "Escape")


def card(page: Page, text: str) -> Locator:
    return page.locator(".cv-card", has_text=text)


def in_field(page: Page, text: str, field: str = FIELD) -> Locator:
    return page.locator(f"{field} .cv-card .cv-text", has_text=text)


def take(page: Page, text: str) -> None:
    """Presses the mouse on a card, once it stands still, and moves it into the next phase."""
    page.locator(FIELD).scroll_into_view_if_needed()
    card(page, text).hover(position={"x": 40, "y": 12})
    page.mouse.down()
    here, there = card(page, text).bounding_box(), page.locator(NEXT).bounding_box()
    assert here
    assert there
    page.mouse.move(there["x"] + 60, here["y"] + 14, steps=5)


def state(page: Page, words: str) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text(words)


def test_cards_written_and_moved_by_keyboard_reach_the_other_window(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "Walk first", "Walk second")
    press(one, "Alt+ArrowUp")

    expect(in_field(two, "Walk")).to_have_text(["Walk second", "Walk first"])
    all_saved(one)


def test_a_text_from_the_right_stands_at_the_right_of_its_card(both: tuple[Page, Page]) -> None:
    one, _two = both
    write(one, "שלום לכולם")

    text = in_field(one, "שלום")
    ends = "text => { const words = document.createRange(); words.selectNodeContents(text); return [%s]; }"
    words = text.evaluate(ends % "words.getBoundingClientRect().left, text.getBoundingClientRect().left")
    assert words[0] > words[1] + 100


def test_the_rank_above_the_cards_follows_the_ranking(both: tuple[Page, Page], studio: Studio) -> None:
    owner, colleague = both
    figures = colleague.locator(".cv-figures")
    before = figures.get_attribute("data-ranking") or ""

    cell = go(owner, studio, "jobs/priorities/ratings/").locator(".cell[name$=-feasibility]").first
    cell.fill("1" if cell.input_value() != "1" else "2")
    cell.blur()
    all_saved(owner)
    go(owner, studio, "jobs/priorities/")

    expect(figures).not_to_have_attribute("data-ranking", before)
    expect(figures).to_contain_text("Held by")


def test_a_tall_row_says_its_name_wherever_it_is_read(both: tuple[Page, Page]) -> None:
    one, _two = both
    write(one, *(f"One of many {number}" for number in range(12)))
    one.set_viewport_size({"width": 1440, "height": 600})

    in_field(one, "One of many 11").evaluate("card => card.scrollIntoView({ block: 'end' })")

    expect(in_field(one, "One of many 0")).not_to_be_in_viewport()
    expect(one.locator(".cv-lane[data-lane='partners'] span")).to_be_in_viewport(ratio=1)


def test_a_page_asks_once_for_the_facts_of_its_cards_when_it_is_opened(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page, asked = visitor(studio), list[str]()
    page.on("request", lambda request: asked.append(request.url) if "/facts/" in request.url else None)
    for _first_or_again in range(2):
        enter(page, studio)
        expect(page.get_by_role("button", name=re.compile("^Evidence:")).first).to_be_visible()
        page.wait_for_timeout(1000)
        assert len(asked) == 1
        asked.clear()


def test_a_panel_that_was_closed_is_not_opened_by_an_answer_that_comes_late(both: tuple[Page, Page]) -> None:
    lena, _deniz = both
    panel, quotes = lena.locator("#cv-panel"), lena.get_by_role("link", name="Constraints")
    quotes.click()
    expect(panel).to_be_visible()
    held: list[Route] = []
    lena.route("**/evidence/**", lambda route: held.append(route))
    with lena.expect_request("**/evidence/**"):
        quotes.click()
    press(lena, "Escape")
    expect(panel).to_be_hidden()

    with lena.expect_event("requestfinished"):
        held[0].continue_()
    lena.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    expect(panel).to_be_hidden()

    lena.unroute_all()
    quotes.click()
    expect(panel).to_be_visible()
    press(lena, "Escape")


def test_the_panel_shows_what_was_asked_last_whichever_answer_comes_first(both: tuple[Page, Page]) -> None:
    lena, _deniz = both
    panel = lena.locator("#cv-panel")
    lena.get_by_role("button", name="Workshop", exact=True).click()
    expect(panel.get_by_role("heading", name="Workshop")).to_be_visible()
    held: list[Route] = []
    lena.route("**/controls/", lambda route: held.append(route))
    with lena.expect_request("**/controls/"):
        lena.get_by_role("button", name="Workshop", exact=True).click()
    lena.get_by_role("link", name="Constraints").click()
    expect(panel.get_by_role("heading", name="Constraints")).to_be_visible()

    with lena.expect_event("requestfinished"):
        held[0].continue_()
    lena.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    expect(panel.get_by_role("heading", name="Constraints")).to_be_visible()

    lena.unroute_all()
    press(lena, "Escape")


def test_the_panel_is_not_taken_from_who_asks_while_the_workshop_changes(both: tuple[Page, Page]) -> None:
    lena, _deniz = both
    panel, controls = lena.locator("#cv-panel"), "#cv-panel-body [data-shape]"
    lena.get_by_role("button", name="Workshop", exact=True).click()
    expect(panel.get_by_role("heading", name="Workshop")).to_be_visible()
    held: list[Route] = []
    lena.route("**/evidence/**", lambda route: held.append(route))
    with lena.expect_request("**/evidence/**"):
        lena.get_by_role("link", name="Constraints").click()
    with lena.expect_event("requestfinished"):
        lena.evaluate("(at) => htmx.trigger(document.querySelector(at), 'workshop-changed')", controls)
    lena.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    held[0].continue_()
    expect(panel.get_by_role("heading", name="Constraints")).to_be_visible()

    lena.unroute_all()
    press(lena, "Escape")


def test_a_link_that_was_just_made_is_not_covered_by_news_from_before(both: tuple[Page, Page]) -> None:
    lena, _deniz = both
    controls = "#cv-panel-body [data-shape]"
    lena.get_by_role("button", name="Workshop", exact=True).click()
    lena.get_by_role("button", name="Start a workshop").click()
    expect(lena.get_by_text("You lead this workshop")).to_be_visible()
    held: list[Route] = []
    lena.route("**/controls/", lambda route: held.append(route))
    with lena.expect_request("**/controls/"):
        lena.evaluate("(at) => htmx.trigger(document.querySelector(at), 'workshop-changed')", controls)
    lena.get_by_role("button", name="Make a link").click()
    expect(lena.get_by_label("The link", exact=True)).to_be_visible()
    with lena.expect_event("requestfinished"):
        held[0].continue_()
    lena.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    expect(lena.get_by_label("The link", exact=True)).to_be_visible()

    lena.unroute_all()
    lena.get_by_role("button", name="Actions and end…").click()
    lena.get_by_role("button", name="End the workshop").click()
    expect(lena.get_by_role("heading", name="The workshop is over")).to_be_visible()
    press(lena, "Escape")


def test_two_people_in_one_card_keep_every_letter(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "middle")
    expect(card(two, "middle")).to_have_count(1)
    for page in both:
        card(page, "middle").focus()
        press(page, "Enter")
    press(two, "Home")
    for left, right in zip("abcdefghij", "0123456789", strict=True):
        one.keyboard.type(right)
        two.keyboard.type(left)
    expect(two.get_by_text("Lena Hartwig is writing")).to_be_visible()
    for page in both:
        press(page, "Escape")

    for page in both:
        expect(card(page, "middle").locator(".cv-text")).to_have_text("abcdefghijmiddle0123456789")


def test_nothing_of_a_card_lies_over_the_words_that_one_writes_in_it(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = enter(visitor(studio), studio)
    card(page, "Four-week trial").locator(".cv-text").click()
    expect(page.locator(".cv-edit")).to_be_focused()

    over = """(area) => { const box = area.getBoundingClientRect();
        return document.elementFromPoint(box.right - 3, box.top + 4) === area; }"""
    assert page.locator(".cv-edit").evaluate(over)
    expect(page.locator(".cv-card.is-open .cv-grip")).to_be_hidden()


def test_cursors_of_others_lie_under_what_stays_above_the_cards(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = enter(visitor(studio, viewport={"width": 390, "height": 844}), studio)
    layer = "(part) => Number(getComputedStyle(document.querySelector(part)).zIndex)"
    cursors, *above = [page.evaluate(layer, part) for part in (".cv-cursors", ".cv-phase-head", ".cv-tabs")]
    assert cursors < min(above)


TYPE_AT_ONCE = """(area, words) => { for (const letter of words) {
    area.setRangeText(letter, area.value.length, area.value.length, "end");
    area.dispatchEvent(new InputEvent("input", { bubbles: true }));
} }"""


def test_a_machine_types_faster_than_messages_may_come_and_every_letter_is_kept(
    both: tuple[Page, Page],
) -> None:
    one, two = both
    words = "".join(f"{number:03} " for number in range(150))
    one.locator(f"{FIELD} .cv-new").focus()
    press(one, "n")
    one.locator(".cv-edit").evaluate(TYPE_AT_ONCE, f"Typed {words}")
    one.keyboard.type("by hand")
    press(one, "Escape")

    expect(card(two, "Typed").locator(".cv-text")).to_have_text(f"Typed {words}by hand")
    all_saved(one)
    expect(one.locator("[data-refused]")).to_be_hidden()


def test_a_card_is_dragged_into_the_next_phase_and_one_deleted_meanwhile_is_let_go(
    both: tuple[Page, Page],
) -> None:
    one, two = both
    write(one, "Dragged", "Deleted meanwhile")
    expect(card(two, "Deleted meanwhile")).to_have_count(1)

    take(one, "Dragged")
    one.mouse.up()
    expect(in_field(two, "Dragged", NEXT)).to_have_count(1)

    take(one, "Deleted meanwhile")
    card(two, "Deleted meanwhile").focus()
    press(two, "Delete")
    expect(card(one, "Deleted meanwhile")).to_have_count(0)
    one.mouse.up()
    two.get_by_role("button", name="Undo", exact=True).click()
    for page in both:
        expect(in_field(page, "Deleted meanwhile")).to_have_count(1)


def test_undo_takes_back_my_own_steps_only_also_after_a_reload(both: tuple[Page, Page]) -> None:
    one, two = both
    write(one, "Mine")
    write(two, "Theirs")
    expect(card(one, "Theirs")).to_have_count(1)
    all_saved(one)
    one.reload()
    one.wait_for_selector("[data-canvas][data-ready]")
    expect(one.get_by_role("button", name="Undo my last step")).to_be_enabled()

    def undone() -> bool:
        press(one, "Control+z")
        return card(two, "Mine").count() == 0

    until(undone)
    expect(card(two, "Theirs")).to_have_count(1)
    expect(one.get_by_role("button", name="Do my step again")).to_be_enabled()

    def done_again() -> bool:
        """As many steps as were undone: who types slowly makes several."""
        press(one, "Control+Shift+Z")
        return card(two, "Mine").count() == 1

    until(done_again)


def test_what_is_written_without_the_network_outlives_a_reload_and_meets_the_others(
    both: tuple[Page, Page],
) -> None:
    one, two = both
    one.wait_for_selector("[data-canvas][data-offline=ready]")
    one.context.set_offline(True)
    state(one, "Offline")
    write(one, "Written in the train")
    write(two, "Written at the desk")
    state(one, "Offline, 1 change waiting")

    one.reload()
    expect(card(one, "Written in the train")).to_have_count(1)
    one.context.set_offline(False)

    for page in both:
        expect(card(page, "Written in the train")).to_have_count(1)
        expect(card(page, "Written at the desk")).to_have_count(1)
    state(one, "Saved")


def test_an_empty_canvas_can_be_written_on_after_a_reload_without_the_network(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = go(visitor(studio), studio, "canvases/")
    page.get_by_role("button", name="Open canvas").first.click()
    page.wait_for_selector("[data-canvas][data-ready][data-offline=ready]")
    page.context.set_offline(True)

    page.reload()
    page.wait_for_selector("[data-canvas][data-ready]")
    write(page, "The first of all")
    expect(card(page, "The first of all")).to_have_count(1)
    page.context.set_offline(False)
    kept(studio, "The first of all")


def test_an_empty_canvas_names_a_key_to_begin_with_only_where_there_are_keys(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    desk, phone = visitor(studio), visitor(studio, has_touch=True, is_mobile=True)
    go(desk, studio, "canvases/").get_by_role("button", name="Open canvas").first.click()
    expect(desk.locator(".cv-begin kbd")).to_be_visible()
    phone.goto(desk.url)
    expect(phone.locator(".cv-begin")).to_be_visible()
    expect(phone.locator(".cv-begin kbd")).to_be_hidden()


STATES = """() => {
    const place = document.querySelector("[data-save-state]");
    window.states = [];
    const note = () => states.push(place.textContent);
    new MutationObserver(note).observe(place, { childList: true, subtree: true });
}"""


def test_a_line_that_is_cut_without_a_word_is_noticed_and_a_slow_one_is_not_taken_for_it(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    two = enter(visitor(studio), studio)
    with line(studio.port) as to_studio:
        one = visitor(studio, DENIZ)
        one.goto(to_studio.url + addresses(studio.data_dir)["canvas"])
        one.wait_for_selector("[data-canvas][data-ready]")
        all_saved(one)
        one.evaluate(STATES)
        to_studio.delay = 1.9  # as long as a server that is busy, at the end of a slow line
        write(one, "Over a slow line")
        expect(card(two, "Over a slow line")).to_have_count(1)
        all_saved(one)
        assert not [said for said in one.evaluate("states") if "Offline" in said]

        to_studio.delay, to_studio.cut = 0.0, True
        write(one, "Into a dead line")
        expect(one.locator("[data-save-state]")).to_contain_text("Offline, 1 change waiting", timeout=9_000)
        to_studio.cut = False
        expect(card(two, "Into a dead line")).to_have_count(1)
        all_saved(one)


POST = """([url, body]) => {
    const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
    const how = { method: "POST", body: new URLSearchParams(body), headers: { "X-CSRFToken": token } };
    return fetch(url, how).then((answer) => answer.status);
}"""


def lock(page: Page, room: str, text: str) -> None:
    """Starts a workshop and locks a card; the page is told once the server takes no change of it any more."""
    key = card(page, text).get_attribute("data-key")
    assert page.evaluate(POST, [f"{room}workshop/start/", {}]) == 200
    assert page.evaluate(POST, [f"{room}cards/{key}/lock/", {"on": "1"}]) == 200
    expect(card(page, text).locator(".cv-locked")).to_be_visible()


def test_what_is_refused_after_work_without_the_network_is_kept_for_its_writer(
    studio: Studio, both: tuple[Page, Page]
) -> None:
    """A card is locked while somebody writes in it offline, and the server takes none of it."""
    one, two = both
    write(one, "Locked meanwhile", "Moved meanwhile")
    for words in ("Locked meanwhile", "Moved meanwhile"):
        kept(studio, words)
    room = one.evaluate("JSON.parse(document.getElementById('canvas-data').textContent).urls.room")
    for words in ("Locked meanwhile", "Moved meanwhile"):
        expect(card(two, words)).to_have_count(1)
    two.context.set_offline(True)
    state(two, "Offline")
    card(two, "Locked meanwhile").focus()
    press(two, "Enter")
    two.keyboard.type(" and never sent")
    press(two, "Escape")
    write(two, "My own thought")
    card(two, "Moved meanwhile").focus()
    press(two, "Alt+ArrowRight")
    lock(one, room, "Locked meanwhile")
    two.context.set_offline(False)

    expect(two.locator("[data-refused]")).to_contain_text("kept for you below")
    words = two.get_by_role("textbox", name="Changes of yours that were not saved")
    for _ in range(2):
        expect(words).to_have_value(re.compile("never sent"))
        expect(words).to_have_value(re.compile("My own thought"))
        expect(words).to_have_value(re.compile("moved “Moved meanwhile” to Partners"))
        two.reload()
        two.wait_for_selector("[data-canvas][data-ready]")
    expect(card(two, "never sent")).to_have_count(0)
    expect(card(two, "Locked meanwhile")).to_have_count(1)
    state(two, "Saved")
    two.get_by_role("button", name="Put back as cards").click()
    expect(card(one, "My own thought")).to_have_count(1)
    expect(in_field(one, "Moved meanwhile")).to_have_count(1)
    expect(words).not_to_have_value(re.compile("My own thought"))
    two.get_by_role("button", name="Put away").click()
    expect(words).to_be_hidden()
    one.evaluate(POST, [f"{room}workshop/end/", {}])


def test_what_is_typed_on_after_a_refusal_reaches_no_key_of_the_page(
    studio: Studio, both: tuple[Page, Page]
) -> None:
    one, two = both
    write(one, "Locked while written")
    kept(studio, "Locked while written")
    expect(card(two, "Locked while written")).to_have_count(1)
    room = one.evaluate("JSON.parse(document.getElementById('canvas-data').textContent).urls.room")
    card(two, "Locked while written").focus()
    press(two, "Enter")
    lock(one, room, "Locked while written")
    two.keyboard.type(" by")
    expect(two.locator("[data-refused]")).to_be_visible()
    two.keyboard.type(" very swift hands")

    expect(two.locator("[data-canvas]")).to_have_attribute("data-view", "grid")
    expect(two.locator(".cv-edit")).to_be_focused()
    one.evaluate(POST, [f"{room}workshop/end/", {}])


def test_signing_out_forgets_the_canvas_in_this_browser(studio: Studio, visitor: Callable[..., Page]) -> None:
    page = enter(visitor(studio), studio)
    page.wait_for_selector("[data-canvas][data-offline=ready]")
    until(lambda: page.evaluate(KEPT) == 1)
    page.evaluate("localStorage.setItem('studio-canvas:u1:1:aside', '[]')")

    page.get_by_title("Lena Hartwig").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "/canvases/" not in address)

    until(lambda: page.evaluate(KEPT) == 0)
    assert page.evaluate("localStorage.getItem('studio-canvas:u1:1:aside')") is None


def test_signing_out_in_another_tab_ends_the_open_canvas_with_a_way_back(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = enter(visitor(studio), studio)
    state(page, "Saved")
    address = page.url

    other = page.context.new_page()
    other.goto(f"{studio.url}/account/logout/")
    other.get_by_role("button", name="Sign out").last.click()
    other.wait_for_url(lambda address: "/logout/" not in address)

    state(page, "You are signed out")
    expect(page.locator("[data-refused]")).to_contain_text("You are signed out. Everything you wrote before")
    expect(page.locator("[data-canvas]")).to_have_attribute("data-readonly", "")
    expect(page.locator(".cv-new:visible, .cv-edit")).to_have_count(0)
    page.get_by_role("button", name="Sign in again").click()
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(password(studio.data_dir))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(address)
    state(page, "Saved")


def test_an_observer_sees_everything_at_once_and_changes_nothing(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    writer, observer = enter(visitor(studio), studio), enter(visitor(studio, CARLA), studio)
    write(writer, "Look at this")
    expect(card(observer, "Look at this")).to_have_count(1)
    card(observer, "Look at this").focus()
    press(observer, "Enter", "4", "Alt+ArrowRight", "Delete", "n")

    expect(observer.locator(".cv-edit, .cv-new, [data-new-card], [data-grip]:visible")).to_have_count(0)
    state(observer, "Live")
    all_saved(writer)
    kept = "SELECT kind, phase FROM strategy_card WHERE text = 'Look at this' AND deleted_at IS NULL"
    until(lambda: rows(studio, kept) == [("idea", 1)])


def test_the_outline_does_by_keys_alone_what_the_grid_does(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = enter(visitor(studio), studio)
    press(page, "v")
    expect(page).to_have_url(re.compile("view=outline"))
    add = page.locator(f"{FIELD} .cv-new")
    tab_to(page, page.locator(".cv-new[tabindex='0'], .cv-card[tabindex='0']"))
    add.focus()
    press(page, "Enter")
    page.keyboard.type("From the list")
    press(page, "Escape", "3", "Alt+ArrowRight")
    expect(page.locator("[data-canvas-say]")).to_contain_text("Moved to Partners")
    expect(in_field(page, "From the list", NEXT)).to_have_count(1)
    expect(card(page, "From the list")).to_contain_text("Assumption")

    press(page, "l")
    with page.expect_response(re.compile("q=bus")) as answer:
        page.keyboard.type("bus")
    found = [one["link"] for one in answer.value.json()["found"]]
    offered = page.locator("#link-card [role=option]")
    expect(offered).to_have_count(len(found))
    expect(offered.first).to_have_attribute("data-link", found[0])  # before that, everything was offered
    press(page, "ArrowDown", "Enter")
    expect(page.locator("[data-linked] li")).to_have_count(1)
    press(page, "Escape")
    expect(card(page, "From the list")).to_be_focused()
    press(page, "Delete")
    expect(card(page, "From the list")).to_have_count(0)


def test_somebody_is_seen_and_followed(both: tuple[Page, Page]) -> None:
    one, two = both
    box = two.locator('[data-lane="need"][data-in-phase="2"]').bounding_box()
    assert box
    two.mouse.move(box["x"] + 20, box["y"] + 20)
    expect(one.locator(".cv-cursor")).to_have_text("Deniz Aydin")
    one.locator("[data-people-menu] summary").click()
    one.get_by_role("button", name="Follow").first.click()
    expect(one.get_by_text("Following Deniz Aydin.", exact=False).first).to_be_visible()
    two.locator('[data-lane="target"][data-in-phase="4"]').scroll_into_view_if_needed()
    two.mouse.wheel(0, 2000)

    field = one.locator('[data-lane="target"][data-in-phase="4"]')
    expect(field).to_be_in_viewport()
    press(one, "Escape", "Escape")
    expect(one.locator("[data-following]")).to_be_hidden()
