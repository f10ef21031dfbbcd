"""A workshop from its start to the tracker: a facilitator, a colleague, and a guest with a phone."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, WebSocket, WebSocketRoute, expect

from scripts.main_pages import addresses
from tests.e2e.steps import CARLA, DENIZ, id_in, press, rows, until
from tests.e2e.test_accessibility import objections
from tests.plugins.running import Studio

FIELD = '[data-field][data-lane="marketing"][data-in-phase="{}"]'


def canvas_of(page: Page) -> Page:
    page.wait_for_selector("[data-canvas][data-ready]")
    return page


def open_canvas(page: Page, studio: Studio) -> Page:
    page.goto(studio.url + addresses(studio.data_dir)["canvas"])
    return canvas_of(page)


def card(page: Page, words: str) -> Locator:
    return page.locator(".cv-card", has=page.locator(".cv-text", has_text=words))


def write(page: Page, words: str, phase: int = 1) -> None:
    page.locator(FIELD.format(phase)).locator(".cv-new").click()
    page.keyboard.type(words)
    page.keyboard.press("Escape")
    expect(card(page, words).last).to_be_visible()


def hold(page: Page, words: str) -> None:
    """Gives a card the focus, once it is shown."""
    expect(card(page, words)).to_be_visible()
    card(page, words).focus()
    expect(card(page, words)).to_be_focused()


def bar(page: Page) -> Locator:
    return page.locator("#workshop")


Frames = list[tuple[str, bytes]]  # address of the socket, what it received


def overheard(page: Page) -> Frames:
    """Every frame that the page's sockets receive from now on."""
    frames: Frames = []

    def listen(socket: WebSocket) -> None:
        def hear(frame: bytes | str) -> None:
            frames.append((socket.url, frame if isinstance(frame, bytes) else frame.encode()))

        socket.on("framereceived", hear)

    page.on("websocket", listen)
    return frames


def documents(frames: Frames) -> int:
    """How many of the frames say something of a document, and not of people or news."""
    return sum(frame[:1] == b"\0" for _, frame in frames)


def has_its_own_sheet(page: Page, frames: Frames) -> bool:
    """Whether the page knows all of its draft: what comes of documents from then on is news of somebody."""
    page.wait_for_timeout(50)  # frames are only heard while something waits for the page
    return any(url.endswith("/draft/") and frame[:2] == b"\0\1" for url, frame in frames)


def look(page: Page, name: str) -> None:
    """A picture for whoever looks at the walk; nothing otherwise."""
    if folder := os.environ.get("WORKSHOP_SHOTS"):
        Path(folder).mkdir(exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")


# This browser's own store opens late for a draft: what is written until then is hidden, too
LATE_STORE = """(() => {
    const open = indexedDB.open.bind(indexedDB);
    indexedDB.open = (name, ...more) => {
        if (!name.includes("/draft")) return open(name, ...more);
        const late = {};
        setTimeout(() => {
            const asked = open(name, ...more);
            for (const what of ["onupgradeneeded", "onsuccess", "onerror"])
                asked[what] = (event) => late[what](event);
        }, 3000);
        return late;
    };
})()"""


PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True, "is_mobile": True}


class Room:
    """Who takes part, each with what their sockets have received."""

    def __init__(self, studio: Studio, visitor: Callable[..., Page]) -> None:
        self.studio = studio
        self.lead, self.other = visitor(studio), visitor(studio, DENIZ)
        self.guest = visitor(studio, "", **PHONE)
        self.frames = {page: overheard(page) for page in self.everybody}
        self.other.add_init_script(LATE_STORE)
        for page in (self.lead, self.other):
            open_canvas(page, studio)

    @property
    def everybody(self) -> list[Page]:
        return [self.lead, self.other, self.guest]

    def all_read(self, words: str) -> None:
        for page in self.everybody:
            expect(bar(page)).to_contain_text(words)


def start_and_invite(room: Room) -> str:
    """The address for guests."""
    lead = room.lead
    lead.get_by_role("button", name="Workshop", exact=True).click()
    look(lead, "01-start")
    lead.get_by_role("button", name="Start a workshop").click()
    expect(lead.get_by_text("You lead this workshop")).to_be_visible()
    look(lead, "02-controls")
    lead.get_by_label("Passcode, if you like").fill("blue bike")
    lead.get_by_role("button", name="Make a link").click()
    address = lead.get_by_label("The link", exact=True).input_value()
    look(lead, "03-link")
    assert objections(lead, "#cv-panel") == []
    return address


def come_in(room: Room, address: str) -> None:
    guest = room.guest
    guest.goto(address)
    expect(guest).to_have_url(re.compile(r"/room/join/$"))
    look(guest, "04-door")
    assert objections(guest) == []
    guest.get_by_label("Your name").fill("Ada")
    guest.get_by_label("Passcode").fill("wrong bike")
    guest.get_by_role("button", name="Come in").click()
    expect(guest.get_by_role("alert")).to_contain_text("not the passcode")
    guest.get_by_label("Passcode").fill("blue bike")
    guest.get_by_role("button", name="Come in").click()
    canvas_of(guest)
    assert guest.evaluate("indexedDB.databases()") == []  # nothing of a study outlives a guest's tab
    look(guest, "05-guest")


def write_silently(room: Room) -> None:
    """Hidden from the others on the server: no socket gets a byte of it. The facilitator sees how many."""
    room.lead.locator("button[name=stage][value=write1]").click()
    room.all_read("Silent writing: only you see your new cards.")
    expect(room.lead.locator("[data-timer]")).to_have_text(re.compile(r"^5:\d\d$"))
    until(lambda: has_its_own_sheet(room.lead, room.frames[room.lead]))
    before = documents(room.frames[room.lead])
    write(room.other, "Secret of Deniz")
    write(room.guest, "Secret of Ada")
    expect(room.lead.locator(".ws-progress")).to_contain_text("2 cards by 2 people")
    for page, theirs in ((room.lead, "Secret"), (room.other, "of Ada"), (room.guest, "of Deniz")):
        expect(card(page, theirs)).to_have_count(0)
        assert [frame for _, frame in room.frames[page] if theirs.encode() in frame] == []
    assert documents(room.frames[room.lead]) == before
    for number, page in enumerate(room.everybody, 6):
        look(page, f"0{number}-silent")


class Line:
    """The sockets of a page whose addresses end like this: what they send waits while the line is held."""

    def __init__(self, page: Page, ending: str) -> None:
        self.held, self.waiting = False, 0
        page.route_web_socket(lambda address: address.endswith(ending), self._join)

    def _join(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def send(frame: str | bytes) -> None:
            self.waiting += self.held
            if not self.held:
                server.send(frame)

        route.on_message(send)


def reveal(room: Room) -> None:
    """Everybody sees everything, also what somebody is in the middle of writing."""
    other = room.other
    other.locator(FIELD.format(1)).locator(".cv-new").click()
    other.keyboard.type("Half a thou")
    bar(room.lead).get_by_role("button", name="Reveal all").click()
    other.keyboard.type("ght")
    other.keyboard.press("Escape")
    for page in room.everybody:
        for words in ("Secret of Deniz", "Secret of Ada", "Half a thought"):
            expect(card(page, words)).to_have_count(1)
    expect(other.locator("[data-refused]")).to_be_hidden()
    for page in room.everybody:
        expect(page.locator("[data-timer]")).to_have_count(0)
    look(room.lead, "08b-revealed")
    bar(room.lead).get_by_role("button", name="Start 15 min").click()
    expect(bar(room.guest).locator("[data-timer]")).to_have_text(re.compile(r"^1[45]:\d\d$"))
    heard = b"".join(frame for _, frame in room.frames[room.lead])
    assert b"Secret" in heard  # the ear that heard nothing can hear


# As eight windows of one person may do, without waiting for each other
AT_ONCE = """async ([address, on]) => {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    const post = () => fetch(address, { method: "POST", headers, body: new URLSearchParams({ on }) });
    return Promise.all(Array.from({ length: 8 }, async () => (await post()).status));
}"""


def place_too_many(room: Room) -> None:
    """Eight dots at the same moment of somebody who has three: three are placed, then taken back."""
    lead, dots = room.lead, "SELECT count(*) FROM strategy_dot"
    key = card(lead, "Secret of Ada").get_attribute("data-key")
    address = f"/room/{id_in(lead)}/cards/{key}/dot/"
    assert Counter(lead.evaluate(AT_ONCE, [address, "1"])) == {200: 3, 409: 5}
    assert rows(room.studio, dots) == [(3,)]
    expect(bar(lead)).to_contain_text("0 of 3 dots left")
    assert Counter(lead.evaluate(AT_ONCE, [address, "0"])) == {200: 8}
    assert rows(room.studio, dots) == [(0,)]
    room.all_read("3 of 3 dots left")


def vote(room: Room) -> None:
    """By key and by finger; one's own dots alone, then the count, and no row is left."""
    lead, other, guest = room.everybody
    lead.get_by_role("button", name="Open the vote").click()
    room.all_read("of 3 dots left")
    place_too_many(room)
    hold(other, "Secret of Ada")
    for key, left in (("+", 2), ("+", 1), ("-", 2)):
        other.keyboard.press(key)
        expect(bar(other)).to_contain_text(f"{left} of 3 dots left")
    card(guest, "Secret of Ada").get_by_role("button", name="Place a dot").tap()
    expect(bar(guest)).to_contain_text("2 of 3 dots left")
    expect(card(lead, "Secret of Ada").locator(".cv-dots b")).to_have_text("0")
    look(other, "09-vote-other")
    look(guest, "10-vote-guest")
    assert objections(other, "#workshop") == []
    bar(lead).get_by_role("button", name="Close and count").click()
    for page in room.everybody:
        expect(card(page, "Secret of Ada")).to_contain_text("2 dots")
    assert rows(room.studio, "SELECT count(*) FROM strategy_dot") == [(0,)]


def steer(room: Room) -> None:
    """Timer, lock, focus, and the large screen that follows."""
    lead, other, guest = room.everybody
    bar(lead).get_by_role("button", name="Pause").click()
    expect(bar(guest)).to_contain_text("paused")
    lead.get_by_role("checkbox", name="Partners").check()
    expect(other.locator('[data-lane="partners"][data-locked]').first).to_be_attached()
    lead.get_by_role("button", name="3 Trade-offs").click()
    expect(guest.locator("[data-canvas]")).to_have_attribute("data-focus", "3")
    look(lead, "11-focus-lead")
    look(guest, "12-focus-guest")
    screen = lead.context.new_page()
    screen.goto(f"{room.studio.url}/room/{number_of(lead)}/screen/")
    look(screen, "13-screen-focus")
    lead.get_by_role("button", name="Everything").click()
    expect(screen.locator('.scr-phase[data-phase="1"]')).to_contain_text("Secret of Ada")
    look(screen, "14-screen")
    assert objections(screen) == []
    screen.close()


def actions_on(page: Page) -> Locator:
    return page.locator("[data-action-count]")


def close(room: Room) -> None:
    """One action card becomes an action on the canvas, the other one by ending; then guests are out. How many
    actions there are, all pages say without being loaded again."""
    lead = room.lead
    before = int(actions_on(lead).inner_text())
    for words in ("Secret of Ada", "Secret of Deniz"):
        hold(lead, words)
        lead.keyboard.press("5")
        until(lambda words=words: kind_of(room.studio, words) == "action")
    lead.get_by_role("button", name="Actions and end…").click()
    first = lead.locator(".ws-one", has_text="Secret of").first
    expect(first.get_by_label("Owner")).to_be_visible()
    first.get_by_label("Owner").select_option(index=1)
    first.get_by_label("Due").fill("2027-03-01")
    look(lead, "15-actions")
    assert objections(lead, "#cv-panel") == []
    first.get_by_role("button", name="Make the action").click()
    expect(lead.get_by_text("In the tracker:")).to_be_visible()
    for page in (lead, room.other):
        expect(actions_on(page)).to_have_text(str(before + 1))
    lead.get_by_role("button", name="End the workshop").click()
    expect(lead.get_by_role("heading", name="The workshop is over")).to_be_visible()
    expect(lead.locator("#cv-panel-body")).to_contain_text("1 action card went into the tracker")
    for page in (lead, room.other):
        expect(actions_on(page)).to_have_text(str(before + 2))
    look(lead, "16-end")


def test_a_workshop_from_start_to_tracker(studio: Studio, visitor: Callable[..., Page]) -> None:
    room = Room(studio, visitor)

    come_in(room, start_and_invite(room))
    write_silently(room)
    reveal(room)
    vote(room)
    steer(room)
    close(room)

    made = "SELECT title FROM strategy_action WHERE title LIKE 'Secret of %' ORDER BY title"
    assert rows(studio, made) == [("Secret of Ada",), ("Secret of Deniz",)]
    take_leave(room.guest)


def over_button(guest: Page) -> Locator:
    return guest.get_by_role("button", name="Read on")


def take_leave(guest: Page) -> None:
    """Thanked, not warned: what was written is on the page still, and nothing of the workshop runs on."""
    expect(guest.locator("[data-over]")).to_contain_text("Thank you for taking part")
    expect(guest.locator("[data-over]")).to_contain_text("Everything you wrote is saved")
    expect(guest.locator("[data-save-state]")).to_have_text("The workshop is over")
    expect(
        guest.locator("[data-refused], [data-aside], [data-timer], .cv-new").filter(visible=True)
    ).to_have_count(0)
    expect(card(guest, "Secret of Ada")).to_have_count(1)
    told, on = guest.locator("[data-over] p").last.bounding_box(), over_button(guest).bounding_box()
    assert told
    assert on
    assert on["y"] >= told["y"] + told["height"]  # in a row of its own, in the midst of no sentence
    look(guest, "17-guest-out")
    assert objections(guest) == []
    again = guest.reload()
    assert again is not None
    assert again.status == 404
    expect(guest.get_by_role("heading", name="Thank you for taking part")).to_be_visible()
    look(guest, "18-guest-later")
    assert objections(guest) == []


@pytest.mark.parametrize(
    ("written", "under_way", "after"), [("Half a sent", "e", "nce"), ("", "An in", "kling")]
)
def test_letters_on_their_way_at_the_reveal_and_those_after_it_are_kept(
    studio: Studio, visitor: Callable[..., Page], written: str, under_way: str, after: str
) -> None:
    """The server reveals what it has; whoever writes goes on, also in a card that has no word yet."""
    lead, other = visitor(studio), visitor(studio, DENIZ)
    line = Line(other, "/draft/")
    write_in_silence(studio, lead, other)
    known = f"Known to the server before “{after}”"
    write(other, known)
    other.locator(FIELD.format(1)).locator(".cv-new").click()
    other.keyboard.type(written)
    expect(other.locator("[data-save-state]")).to_have_text(re.compile("^Saved"))
    line.held = True
    other.keyboard.type(under_way)
    until(lambda: has_waited(other, line))

    bar(lead).get_by_role("button", name="Reveal all").click()
    expect(card(other, known)).not_to_contain_text("only you see this")
    other.keyboard.type(after, delay=300)  # from before the page knows that silence is over until after it
    other.keyboard.press("Escape")

    for page in (lead, other):
        expect(card(page, written + under_way + after)).to_have_count(1)
        expect(card(page, written + under_way[:-1])).to_have_count(1)
    expect(other.locator("[data-refused]")).to_be_hidden()
    end_workshop(lead)


def test_cards_revealed_while_their_writer_was_away_do_not_come_again_with_the_next(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    """A laptop that sleeps from one silent writing into the next wakes up with the cards of the first."""
    lead, other = visitor(studio), visitor(studio, DENIZ)
    write_in_silence(studio, lead, other)
    write(other, "Written before the nap")
    expect(lead.locator(".ws-progress")).to_contain_text("1 card by 1 person")
    other.context.set_offline(True)
    bar(lead).get_by_role("button", name="Reveal all").click()
    expect(card(lead, "Written before the nap")).to_have_count(1)
    lead.get_by_role("button", name="Controls", exact=True).click()
    lead.locator("button[name=stage][value=write2]").click()
    expect(bar(lead)).to_contain_text("Silent writing")

    other.context.set_offline(False)
    write(other, "Written after it", phase=2)
    expect(lead.locator(".ws-progress")).to_contain_text("1 card by 1 person")
    expect(card(other, "Written before the nap")).not_to_contain_text("only you see this")
    bar(lead).get_by_role("button", name="Reveal all").click()

    for page in (lead, other):
        expect(card(page, "Written after it")).to_have_count(1)
        expect(card(page, "Written before the nap")).to_have_count(1)
    end_workshop(lead)


def write_in_silence(studio: Studio, lead: Page, other: Page) -> None:
    for page in (lead, other):
        open_canvas(page, studio)
    lead.get_by_role("button", name="Workshop", exact=True).click()
    lead.get_by_role("button", name="Start a workshop").click()
    lead.locator("button[name=stage][value=write1]").click()
    expect(bar(other)).to_contain_text("Silent writing")


def end_workshop(lead: Page) -> None:
    lead.get_by_role("button", name="Controls", exact=True).click()
    lead.get_by_role("button", name="Actions and end…").click()
    lead.get_by_role("button", name="End the workshop").click()
    expect(lead.get_by_role("heading", name="The workshop is over")).to_be_visible()


def has_waited(page: Page, line: Line) -> bool:
    page.wait_for_timeout(50)  # frames are only heard while something waits for the page
    return line.waiting > 0


def test_controls_that_were_closed_stay_closed_while_the_room_goes_on(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead = open_canvas(visitor(studio), studio)
    lead.get_by_role("button", name="Workshop", exact=True).click()
    lead.get_by_role("button", name="Start a workshop").click()
    expect(lead.get_by_text("You lead this workshop")).to_be_visible()
    lead.keyboard.press("Escape")

    with lead.expect_response(re.compile("/facts/")):  # what the room was told
        bar(lead).get_by_role("button", name="Next: Job and evidence").click()
    expect(bar(lead).get_by_role("button", name="Next: Read the quotes")).to_be_visible()
    lead.wait_for_timeout(1000)
    expect(lead.locator("#cv-panel")).to_be_hidden()

    end_workshop(lead)


def test_a_comment_half_written_is_there_when_its_panel_is_opened_again(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    page = open_canvas(visitor(studio), studio)
    for words in ("Doubtful", "Sure"):
        write(page, words)
    thought = page.get_by_label("Your comment")

    comment_on(page, "Doubtful")
    thought.fill("Who says so")
    page.get_by_role("button", name="Close", exact=True).click()
    comment_on(page, "Sure")
    expect(thought).to_have_value("")
    press(page, "Escape")
    comment_on(page, "Doubtful")
    expect(thought).to_have_value("Who says so")
    press(page, "End")
    page.keyboard.type("?")
    press(page, "Escape", "Escape")
    expect(page.locator("#cv-panel")).to_be_hidden()
    comment_on(page, "Doubtful")
    expect(thought).to_have_value("Who says so?")

    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#cv-thread")).to_contain_text("Who says so?")
    expect(thought).to_have_value("")


def comment_on(page: Page, words: str) -> None:
    hold(page, words)
    press(page, "c")
    expect(page.get_by_role("heading", name=f"Comments on “{words}”")).to_be_visible()


def test_an_action_half_written_outlives_the_saving_of_another(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead = open_canvas(visitor(studio), studio)
    for words in ("Call early", "Call late"):
        make_action_card(lead, studio, words)
    begin(lead)
    lead.get_by_role("button", name="Actions and end…").click()
    early, late = (lead.locator(".ws-one", has_text=words) for words in ("Call early", "Call late"))
    for one in (early, late):
        unfold(one)
    late.get_by_label("We believe").fill("calling late")
    late.get_by_label("Owner").select_option(index=1)

    early.get_by_role("button", name="Make the action").click()

    expect(lead.get_by_text("In the tracker:")).to_be_visible()
    expect(late.get_by_label("We believe")).to_have_value("calling late")
    expect(late.get_by_label("Owner")).not_to_have_value("")
    late.get_by_role("button", name="Make the action").click()
    made = "SELECT hypothesis_change, owner_id IS NULL FROM strategy_action WHERE title = 'Call late'"
    until(lambda: rows(studio, made) == [("calling late", 0)])
    lead.get_by_role("button", name="End the workshop").click()
    expect(lead.get_by_role("heading", name="The workshop is over")).to_be_visible()


def test_words_over_an_action_that_somebody_changed_meanwhile_cover_nothing_unseen_and_are_kept(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, again = open_canvas(visitor(studio), studio), visitor(studio)
    for words in ("Call at noon", "Call at six"):
        make_action_card(lead, studio, words)
    begin(lead)
    open_canvas(again, studio)
    again.get_by_role("button", name="Workshop", exact=True).click()
    for page in (lead, again):
        page.get_by_role("button", name="Actions and end…").click()
    noon, six, theirs = (
        page.locator(".ws-one", has_text=words).first
        for page, words in ((lead, "Call at noon"), (lead, "Call at six"), (again, "Call at noon"))
    )
    make_action(noon)
    unfold(noon).get_by_label("We believe").fill("calling at noon")
    again.get_by_role("button", name="Close", exact=True).click()
    bar(again).get_by_role("button", name="Controls").click()
    again.get_by_role("button", name="Actions and end…").click()
    unfold(theirs).get_by_label("We believe").fill("calling before noon")
    theirs.get_by_role("button", name="Save").click()
    expect(again.get_by_text("Saved:")).to_be_visible()

    make_action(six)
    expect(lead.get_by_text("In the tracker:")).to_be_visible()
    noon.get_by_role("button", name="Save").click()
    expect(lead.get_by_text("Somebody changed this action meanwhile")).to_be_visible()
    expect(noon.get_by_label("We believe")).to_have_value("calling at noon")
    noon.get_by_role("button", name="Save").click()
    expect(lead.get_by_text("Saved:")).to_be_visible()
    said = "SELECT hypothesis_change FROM strategy_action WHERE title = 'Call at noon'"
    assert rows(studio, said) == [("calling at noon",)]
    lead.get_by_role("button", name="End the workshop").click()
    expect(lead.get_by_role("heading", name="The workshop is over")).to_be_visible()


def make_action_card(page: Page, studio: Studio, words: str) -> None:
    write(page, words)
    hold(page, words)
    page.keyboard.press("5")
    until(lambda: kind_of(studio, words) == "action")


def unfold(one: Locator) -> Locator:
    if one.get_attribute("open") is None:
        one.locator("summary").first.click()
    return one


def make_action(one: Locator) -> None:
    unfold(one).get_by_role("button", name="Make the action").click()
    expect(one.get_by_role("button", name="Make the action")).to_have_count(0)


def begin(lead: Page) -> None:
    """With the controls out of the way."""
    lead.get_by_role("button", name="Workshop", exact=True).click()
    lead.get_by_role("button", name="Start a workshop").click()
    expect(lead.get_by_text("You lead this workshop")).to_be_visible()


def end(lead: Page) -> None:
    bar(lead).get_by_role("button", name="Controls").click()
    lead.get_by_role("button", name="Actions and end…").click()
    lead.get_by_role("button", name="End the workshop").click()
    expect(lead.get_by_role("heading", name="The workshop is over")).to_be_visible()


def step(lead: Page, key: str) -> None:
    lead.locator(f".ws-agenda button[value={key}]").click()


def test_a_phone_turns_to_what_the_room_does_once_its_owner_has_written_the_last_word(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, phone = open_canvas(visitor(studio), studio), open_canvas(visitor(studio, DENIZ, **PHONE), studio)
    begin(lead)
    step(lead, "write4")
    expect(phone.locator("#phase-4")).to_be_visible()
    phone.locator("[data-phase-tab='2']").tap()  # looks back
    lead.get_by_role("checkbox", name="Partners").check()
    expect(phone.locator('[data-lane="partners"][data-locked]').first).to_be_attached()
    expect(phone.locator("#phase-2")).to_be_visible()
    phone.locator("[data-phase-tab='4']").tap()
    phone.locator(FIELD.format(4)).locator(".cv-new").tap()
    phone.keyboard.type("The last ")

    step(lead, "reveal")
    expect(bar(phone)).to_contain_text("Reveal, group, name")
    phone.wait_for_timeout(1000)
    phone.keyboard.type("word")
    expect(phone.locator(".cv-edit")).to_have_value("The last word")
    phone.keyboard.press("Escape")

    expect(phone.locator("#phase-1")).to_be_visible()
    expect(phone.locator("#phase-4")).to_be_hidden()
    expect(phone.locator(".ws-words")).to_be_in_viewport()

    step(lead, "vote")  # in more words
    expect(bar(phone)).to_contain_text("Place your dots")
    until(lambda: words_are_whole(phone))
    end(lead)


def words_are_whole(phone: Page) -> bool:
    """What the room does is not half behind the timer."""
    top, words = (phone.locator(part).bounding_box() for part in (".ws-top", ".ws-words"))
    return bool(top and words and words["y"] >= top["y"] + top["height"] - 1)


def test_the_row_that_is_read_stays_in_sight_from_phase_to_phase_on_a_phone(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    small = {"viewport": {"width": 390, "height": 480}}
    phone = open_canvas(visitor(studio, **PHONE | small), studio)
    row = '[data-field][data-lane="solutions"][data-in-phase="{}"]'
    phone.locator(row.format(1)).evaluate("field => field.scrollIntoView()")

    phone.locator("[data-phase-tab='3']").tap()

    until(lambda: begins_below_the_tabs(phone, row.format(3)))


def begins_below_the_tabs(phone: Page, row: str) -> bool:
    tabs, there = (phone.locator(part).bounding_box() for part in (".cv-tabs", row))
    return bool(tabs and there and abs(there["y"] - tabs["y"] - tabs["height"]) <= 3)


@pytest.mark.parametrize("width", [360, 390])
def test_whoever_leads_from_a_phone_has_timer_and_next_step_in_reach(
    studio: Studio, visitor: Callable[..., Page], width: int
) -> None:
    size = {"viewport": {"width": width, "height": 700}}
    lead = open_canvas(visitor(studio, **PHONE | size), studio)
    begin(lead)
    step(lead, "write1")
    expect(lead.locator(".ws-progress")).to_be_visible()  # an answer that comes later opens the panel again
    lead.locator("[data-close-panel]").tap()
    expect(bar(lead).get_by_role("button", name="Reveal all")).to_be_visible()

    lead.locator(FIELD.format(1)).evaluate("field => field.scrollIntoView()")

    boxes = [button.bounding_box() for button in bar(lead).locator(".ws-steps button").all()]
    assert buttons_in_rows(lead) == [3, 2]  # what this step offers, then where it goes
    assert all(box and box["height"] >= 44 and box["y"] + box["height"] <= 700 for box in boxes)
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert objections(lead, "#workshop") == []
    bar(lead).get_by_role("button", name="Pause").tap()
    expect(bar(lead).get_by_role("button", name="Go on")).to_be_in_viewport(ratio=1)
    expect(lead.locator("#cv-panel")).to_be_hidden()
    lead.set_viewport_size({"width": 700, "height": width})
    assert buttons_in_rows(lead) == [4]
    end(lead)


def buttons_in_rows(lead: Page) -> list[int]:
    boxes = [button.bounding_box() for button in bar(lead).locator(".ws-steps button").all()]
    rows = Counter(round(box["y"]) for box in boxes if box)
    return [rows[top] for top in sorted(rows)]


def test_the_panel_opens_at_its_head_and_can_be_closed_wherever_it_is_scrolled_to(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead = open_canvas(visitor(studio, **PHONE), studio)
    begin(lead)
    panel, shut = lead.locator("#cv-panel"), lead.locator("[data-close-panel]")
    panel.evaluate("panel => { panel.scrollTop = 600; }")
    expect(shut).to_be_in_viewport(ratio=1)
    shut.tap()

    bar(lead).get_by_role("button", name="Controls").tap()

    expect(lead.get_by_text("You lead this workshop")).to_be_in_viewport()
    assert panel.evaluate("panel => panel.scrollTop") == 0
    shut.tap()
    end(lead)
    expect(lead.get_by_role("heading", name="The workshop is over")).to_be_in_viewport()


def invite(lead: Page, guest: Page, name: str = "Ada") -> None:
    """To a workshop that begins now."""
    lead.get_by_role("button", name="Workshop", exact=True).click()
    lead.get_by_role("button", name="Start a workshop").click()
    lead.get_by_role("button", name="Make a link").click()
    guest.goto(lead.get_by_label("The link", exact=True).input_value())
    guest.get_by_label("Your name").fill(name)
    guest.get_by_role("button", name="Come in").click()
    canvas_of(guest)


# An ellipsis stands for letters as soon as a fraction of a pixel is missing
FITS = """slot => {
    const words = document.createRange();
    words.selectNodeContents(slot);
    return words.getBoundingClientRect().width <= slot.getBoundingClientRect().width;
}"""


def test_a_guest_with_a_long_name_reads_on_a_phone_that_the_workshop_is_over(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, guest = open_canvas(visitor(studio), studio), visitor(studio, "", **PHONE)
    invite(lead, guest, "Alexandra Montgomery-Featherstonehaugh")
    end(lead)
    told = guest.locator("[data-save-state]")
    expect(told).to_have_text("The workshop is over")
    look(guest, "21-long-name")
    assert told.evaluate(FITS)


def test_a_guest_is_asked_before_a_page_with_unsaved_words_goes_and_finds_them_again(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    """In a browser without workers, which brings no page without the network."""
    lead = open_canvas(visitor(studio), studio)
    guest = visitor(studio, "", **PHONE, service_workers="block")
    invite(lead, guest)
    asked: list[str] = []
    guest.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    guest.context.set_offline(True)
    write(guest, "In the tunnel")
    expect(guest.locator("[data-save-state]")).to_have_text("Offline, 1 change waiting")

    with pytest.raises(Error, match="DISCONNECTED"):
        guest.reload()
    guest.context.set_offline(False)
    guest.reload()

    expect(card(lead, "In the tunnel")).to_have_count(1)
    expect(card(canvas_of(guest), "In the tunnel")).to_have_count(1)
    expect(guest.locator("[data-save-state]")).to_contain_text("Saved")
    guest.reload()
    assert asked == ["beforeunload"]
    end(lead)


def test_what_a_guest_wrote_too_late_without_the_network_is_kept_to_copy(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, guest = open_canvas(visitor(studio), studio), visitor(studio, "")
    invite(lead, guest)
    guest.context.set_offline(True)
    write(guest, "Too late")
    expect(guest.locator("[data-save-state]")).to_have_text("Offline, 1 change waiting")
    end_workshop(lead)

    guest.context.set_offline(False)

    over = guest.locator("[data-over]")
    expect(over).to_contain_text("It ended before your last changes were saved")
    expect(guest.get_by_role("textbox", name="Changes of yours that were not saved")).to_have_value(
        re.compile("Too late")
    )
    over_button(guest).click()
    expect(over).to_be_empty()
    expect(card(lead, "Too late")).to_have_count(0)


WHOLE = "all => all.every((one) => one.scrollWidth <= one.clientWidth)"
CACHED = """async () => {
    const cache = await caches.open("studio-capture-1");
    const all = (await cache.keys()).map(async (request) => (await cache.match(request)).text());
    return (await Promise.all(all)).join();
}"""


def test_a_guest_reloads_without_the_network_and_keeps_nothing_but_in_the_tab(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, guest = open_canvas(visitor(studio), studio), visitor(studio, "", **PHONE)
    invite(lead, guest)
    write(lead, "From the desk")
    expect(card(guest, "From the desk")).to_have_count(1)
    guest.wait_for_selector("[data-canvas][data-offline=ready]")
    assert guest.locator(".cv-chip").evaluate_all(WHOLE)
    guest.context.set_offline(True)
    guest.on("dialog", lambda dialog: dialog.accept())
    write(guest, "Below the mountain")

    guest.reload()
    canvas_of(guest)
    for words in ("From the desk", "Below the mountain"):
        expect(card(guest, words)).to_have_count(1)
    expect(guest.locator("[data-save-state]")).to_have_text("Offline, 1 change waiting")
    assert guest.locator("[data-save-state]").evaluate_all(WHOLE)
    expect(bar(guest)).to_contain_text("both come back")
    write(guest, "Still in it")
    beside = guest.context.new_page()  # the same phone in other hands, without the tab
    beside.goto(guest.url)
    expect(beside.get_by_role("heading", name="The canvas cannot be reached")).to_be_visible()
    assert objections(beside) == []
    cached = beside.evaluate(CACHED)
    assert "The canvas cannot be reached" in cached
    assert not re.search("From the desk|Below the mountain|id=.canvas-data", cached)
    assert guest.evaluate("indexedDB.databases()") == []

    guest.context.set_offline(False)
    for words in ("Below the mountain", "Still in it"):
        expect(card(lead, words)).to_have_count(1)
    expect(guest.locator("[data-save-state]")).to_contain_text("Saved")
    expect(canvas_of(beside).locator(".cv-guest")).to_contain_text("Ada")
    expect(bar(guest)).to_contain_text("leads.")
    expect(guest.locator(".notice")).to_have_count(0)
    end(lead)
    expect(guest.locator("[data-over]")).to_contain_text("Everything you wrote is saved")
    assert not re.search("studio-page|:document|:facts", guest.evaluate("Object.keys(sessionStorage).join()"))


def test_a_guest_who_is_out_sees_once_more_what_the_tab_could_not_send_and_keeps_nothing(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, guest = open_canvas(visitor(studio), studio), visitor(studio, "", **PHONE)
    invite(lead, guest)
    guest.wait_for_selector("[data-canvas][data-offline=ready]")
    guest.on("dialog", lambda dialog: dialog.accept())
    room = guest.url
    guest.context.set_offline(True)
    write(guest, "Never sent")
    guest.goto("about:blank")
    lead.get_by_role("button", name="Revoke").first.click()
    expect(lead.get_by_text("The link was revoked")).to_be_visible()
    guest.context.set_offline(False)

    guest.goto(room)
    expect(guest.locator("[data-refused]")).to_contain_text("copy it before you leave this page")
    expect(guest.get_by_role("button", name="Reload the page")).to_be_hidden()
    expect(guest.locator("[data-save-state]")).to_contain_text("This link was withdrawn")
    expect(guest.get_by_role("textbox", name="Changes of yours that were not saved")).to_have_value(
        re.compile("Never sent")
    )
    guest.reload()
    expect(guest.get_by_role("heading", name="You are not in this workshop any more")).to_be_visible()
    until(lambda: not re.search("studio-", guest.evaluate("Object.keys(sessionStorage).join()")))
    guest.context.set_offline(True)
    guest.reload()
    expect(guest.get_by_role("heading", name="The canvas cannot be reached")).to_be_visible()
    end(lead)


def test_a_guest_who_leaves_is_out_and_the_tab_forgets_the_canvas(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, guest = open_canvas(visitor(studio), studio), visitor(studio, "", **PHONE)
    invite(lead, guest)
    guest.wait_for_selector("[data-canvas][data-offline=ready]")
    room = guest.url
    write(guest, "Before I go")
    expect(card(lead, "Before I go")).to_have_count(1)
    expect(guest.locator("[data-save-state]")).to_contain_text("Saved")
    guest.locator(".cv-guest > summary").tap()
    assert objections(guest, ".cv-guest") == []
    look(guest, "19-leave")
    guest.get_by_role("button", name="Leave", exact=True).tap()
    expect(guest.get_by_role("heading", name="You have left")).to_be_visible()
    until(lambda: not re.search("studio-", guest.evaluate("Object.keys(sessionStorage).join()")))
    assert objections(guest) == []
    look(guest, "20-left")
    guest.goto(room)
    expect(guest.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    expect(card(lead, "Before I go")).to_have_count(1)
    end(lead)


def test_a_guest_whom_the_server_does_not_answer_stays_and_reads_why(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead, guest = open_canvas(visitor(studio), studio), visitor(studio, "", **PHONE, service_workers="block")
    invite(lead, guest)
    guest.route(re.compile("/room/(leave|left)/$"), lambda route: route.abort("connectionrefused"))
    name, leave = guest.locator(".cv-guest > summary"), guest.get_by_role("button", name="Leave", exact=True)
    name.tap()
    leave.tap()
    expect(guest.get_by_text("The server cannot be reached. Leave once it answers")).to_be_visible()
    guest.unroute_all()
    name.tap()
    leave.tap()
    expect(guest.get_by_role("heading", name="You have left")).to_be_visible()
    end(lead)


LOWEST = "all => Math.max(...all.map((one) => one.getBoundingClientRect().bottom))"


def test_every_card_is_in_sight_on_the_large_screen_or_it_says_that_more_follows(
    studio: Studio, visitor: Callable[..., Page]
) -> None:
    lead = open_canvas(visitor(studio), studio)
    screen = lead.context.new_page()
    cards = screen.locator(".scr-card")
    show_screen(screen, lead, studio, 4000, tells=False)
    lowest = int(cards.evaluate_all(LOWEST))  # in letters of full size, however many cards there are
    assert lowest < 4000

    show_screen(screen, lead, studio, lowest * 9 // 10, tells=False)
    assert cards.evaluate_all(LOWEST) <= lowest * 0.9
    show_screen(screen, lead, studio, 300, tells=True)
    assert objections(screen) == []


def show_screen(screen: Page, lead: Page, studio: Studio, height: int, tells: bool) -> None:
    screen.set_viewport_size({"width": 1280, "height": height})
    screen.goto(f"{studio.url}/room/{number_of(lead)}/screen/")
    expect(screen.locator(".scr-phases")).to_be_visible()
    expect(screen.get_by_text("More cards below")).to_be_visible(visible=tells)
    assert screen.evaluate("document.documentElement.scrollHeight > innerHeight") is tells


def number_of(page: Page) -> int:
    return int(re.findall(r"/canvases/(\d+)/", page.url)[0])


def kind_of(studio: Studio, words: str) -> str:
    found = rows(studio, "SELECT kind FROM strategy_card WHERE text = ?", words)
    return str(found[0][0]) if found else ""


@pytest.mark.parametrize("who", [CARLA])
def test_who_only_looks_is_offered_nothing_to_lead(
    studio: Studio, visitor: Callable[..., Page], who: str
) -> None:
    page = open_canvas(visitor(studio, who), studio)

    page.get_by_role("button", name="Workshop", exact=True).click()

    expect(page.get_by_text("Whoever may edit this canvas can start one.")).to_be_visible()
