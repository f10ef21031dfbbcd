"""One web process, as it is started, and windows on one canvas: who may do what, and what is kept."""

from __future__ import annotations

from datetime import timedelta
from http.client import HTTPConnection
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from websockets.exceptions import InvalidStatus

from strategy.actions import cards, votes
from strategy.actions.links import revoke_link
from strategy.actions.projection import project
from strategy.actions.room import focus, lock_card, lock_lanes
from strategy.actions.sheets import changing, shared_sheet
from strategy.actions.silence import begin_silence, reveal
from strategy.actions.workshops import end_workshop
from strategy.document import MOST_BEGUN, MOST_CARDS, CardData, drop_card, new_doc, put_card, read_cards
from strategy.live import protocol, store
from strategy.models import Card, RoomLink, SheetUpdate
from strategy.queries.facts import facts
from studies.access import StudyAccess
from studies.actions.people import change_role, remove_member
from studies.models import Membership
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import come_in, invite, lead, seat_of
from tests.strategy.windows import Web, guest_cookie, wait_until

pytestmark = pytest.mark.worker


def texts_of(canvas) -> set[str]:
    """In the log."""
    return {card.text for card in read_cards(store.load(shared_sheet(canvas).pk).doc).values()}


def rows_of(canvas) -> set[str]:
    return set(Card.objects.filter(canvas=canvas).values_list("text", flat=True))


def test_what_one_types_the_other_reads_and_the_log_and_the_rows_hold(as_role, live_canvas, open_window):
    ada, ben = open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST))

    key = ada.add("Lend bikes")
    ben.until(lambda: ben.texts == {"Lend bikes"})
    ben.change(key, text="Lend bikes 🚲")

    ada.until(lambda: ada.texts == {"Lend bikes 🚲"})
    ben.saved()
    assert texts_of(live_canvas) == {"Lend bikes 🚲"}
    wait_until(lambda: rows_of(live_canvas) == {"Lend bikes 🚲"})
    assert Card.objects.get(canvas=live_canvas).created_by is not None


def test_the_large_screen_is_told_when_the_rows_say_what_somebody_typed(as_role, live_canvas, open_window):
    ada, screen = open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST))
    key = ada.add("Lend bikes")
    screen.until(lambda: screen.rows > 0)
    ada.change(key, text="Lend bikes, also to guests")

    def is_told() -> bool:
        """By a message that came when the rows said so already."""
        told, screen.rows = screen.rows > 0, 0
        return told and rows_of(live_canvas) == {"Lend bikes, also to guests"}

    screen.until(is_told)


def test_what_was_acknowledged_survives_a_kill(as_role, live_canvas, open_window, web):
    ada = open_window(as_role(Role.OWNER))
    for number in range(20):
        ada.add(f"Card {number}")
    ada.saved()

    web.kill()
    web.start()

    assert open_window(as_role(Role.VIEWER)).texts == {f"Card {number}" for number in range(20)}
    assert texts_of(live_canvas) == {f"Card {number}" for number in range(20)}


def test_what_another_process_changes_arrives(owner, as_role, live_canvas, open_window):
    ada = open_window(as_role(Role.OWNER))

    cards.add_card(owner, canvas=live_canvas, phase=1, lane="need", text="From a page")

    ada.until(lambda: ada.texts == {"From a page"})
    ada.until(lambda: ada.news > 0)


def test_a_dot_is_news_in_another_window_of_whoever_placed_it(as_role, live_canvas, open_window):
    voter, card = as_role(Role.STRATEGIST), make.make_card(live_canvas)
    votes.open_vote(lead(as_role(Role.OWNER), live_canvas), dots=3)
    window = open_window(voter)
    window.listen(1.0)

    votes.put_dot(seat_of(voter, live_canvas), key=card.key)

    window.until(lambda: window.news > 0)


# --- who may come in ---------------------------------------------------------------------------------
def test_nobody_comes_in_without_a_seat(outsider, live_canvas, open_window):
    assert open_window(outsider).refused() == 4403
    assert open_window(cookie="studio_session=invented").refused() == 4401
    assert open_window(outsider, canvas=live_canvas.pk + 999).refused() == 4403


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
def test_other_sites_cannot_open_a_socket_with_a_members_cookie(as_role, open_window, origin):
    with pytest.raises(InvalidStatus):
        open_window(as_role(Role.OWNER), origin=origin)


def test_who_may_only_look_is_refused_on_the_server(as_role, live_canvas, open_window):
    ada, viewer = open_window(as_role(Role.OWNER)), open_window(as_role(Role.VIEWER))

    viewer.add("Slipped in")

    assert viewer.refused() == 4403
    assert "look" in viewer.why
    ada.add("Mine")
    ada.saved()
    assert texts_of(live_canvas) == {"Mine"}


def test_what_a_watcher_knows_more_is_not_taken_over(as_role, live_canvas, open_window):
    doc = new_doc()
    put_card(doc, CardData("0b2b9d55-7a43-44be-8d8e-6b0a4a2e9b11", text="From elsewhere"))

    viewer = open_window(as_role(Role.VIEWER), doc=doc)
    viewer.read(0.5)

    assert viewer.code is None
    assert texts_of(live_canvas) == set()


# --- rights that change while a window is open -------------------------------------------------------
def test_somebody_who_is_removed_is_out_at_once(owner, as_role, open_window):
    ben = as_role(Role.STRATEGIST)
    window = open_window(ben)

    remove_member(owner, membership=Membership.objects.get(study=owner.study, user=ben.user))

    assert window.refused() == 4403


def test_somebody_whose_role_shrinks_stays_and_may_only_look(owner, as_role, live_canvas, open_window):
    ben = as_role(Role.STRATEGIST)
    window = open_window(ben)
    window.add("Before")
    window.saved()

    change_role(owner, membership=Membership.objects.get(study=owner.study, user=ben.user), role=Role.VIEWER)

    window.until(lambda: window.role == "observer")
    window.add("After")
    assert window.refused() == 4403
    assert texts_of(live_canvas) == {"Before"}


def test_a_guest_is_out_when_the_link_is_revoked_or_the_workshop_ends(owner, live_canvas, open_window):
    leader = lead(owner, live_canvas)
    first, second = invite(leader)[0], invite(leader)[0]
    ada = open_window(cookie=guest_cookie(come_in(first)[1]))
    ben = open_window(cookie=guest_cookie(come_in(second, "Ben")[1]))
    ada.add("A guest's card")
    ada.saved()

    revoke_link(owner, link=first)
    withdrawn = "This link was withdrawn. Ask whoever leads the workshop for a new one."
    assert (ada.refused(), ada.why) == (4404, withdrawn)
    assert ben.code is None

    end_workshop(leader)
    assert (ben.refused(), ben.why) == (4410, "The workshop is over.")
    assert texts_of(live_canvas) == {"A guest's card"}


def test_nobody_comes_in_by_an_expired_link(owner, live_canvas, open_window):
    link = invite(lead(owner, live_canvas))[0]
    session = come_in(link)[1]
    RoomLink.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(minutes=1))

    assert open_window(cookie=guest_cookie(session)).refused() == 4404


def signed_in(access: StudyAccess) -> tuple[Client, str]:
    """A browser of somebody, and what opens its sockets."""
    client = Client()
    client.force_login(access.user)
    return client, f"studio_session={client.cookies['studio_session'].value}"


@pytest.mark.parametrize("here", [True, False])
def test_who_signs_out_is_out_of_the_room_and_other_browsers_stay(as_role, web, open_window, here):
    """Wherever the sign-out is served: the browser comes again, and is refused for good."""
    ben = as_role(Role.STRATEGIST)
    client, cookie = signed_in(ben)
    window, elsewhere = open_window(cookie=cookie), open_window(ben)

    if here:
        sign_out_at(web, cookie)
    else:
        client.post(reverse("account_logout"))

    assert window.refused() == 4501
    assert open_window(cookie=cookie).refused() == 4401
    elsewhere.add("Still here")
    elsewhere.saved()


def sign_out_at(web: Web, cookie: str) -> None:
    token = "x" * 32
    headers = {"Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={token}", "X-CSRFToken": token}
    connection = HTTPConnection("127.0.0.1", web.port)
    connection.request("POST", "/account/logout/", headers=headers)
    assert connection.getresponse().status == 302
    connection.close()


def test_a_new_password_ends_the_rooms_of_other_browsers_and_of_nobody_else(as_role, open_window):
    ben, ada = as_role(Role.STRATEGIST), as_role(Role.RESEARCHER)
    ben.user.set_password("old and long enough")
    ben.user.save()
    client, cookie = signed_in(ben)
    window, other = open_window(ben), open_window(ada)

    new = {"oldpassword": "old and long enough"} | dict.fromkeys(("password1", "password2"), "new-and-long-9")
    assert client.post(reverse("account_change_password"), new).status_code == 302

    assert window.refused() == 4501
    assert open_window(cookie=cookie).refused() == 4401
    open_window(cookie=f"studio_session={client.cookies['studio_session'].value}").add("Under the new one")
    other.until(lambda: other.texts == {"Under the new one"})


# --- locks ---------------------------------------------------------------------------------------------
@pytest.fixture
def locked(owner, as_role, live_canvas, open_window):
    """A workshop, the facilitator's window and another's, and a card that both see."""
    leader = lead(owner, live_canvas)
    first, second = open_window(owner), open_window(as_role(Role.STRATEGIST))
    key = first.add("Fixed", lane="need")
    first.saved()
    second.until(lambda: second.texts == {"Fixed"})
    wait_until(lambda: rows_of(live_canvas) == {"Fixed"})
    return leader, first, second, key


def test_a_locked_card_changes_only_the_facilitator(locked, live_canvas, until_refused):
    leader, first, second, key = locked
    lock_card(leader, card=live_canvas.cards.get(), locked=True)
    until_refused(key)

    second.add("Elsewhere")
    second.saved()
    second.change(key, text="Broken")

    assert second.refused() == 4403
    assert "locked" in second.why
    first.until(lambda: "Elsewhere" in first.texts)
    first.change(key, text="Fixed by me")
    first.saved()
    assert texts_of(live_canvas) == {"Fixed by me", "Elsewhere"}


@pytest.mark.parametrize("change", ["edit", "move in", "move out", "delete", "add"])
def test_in_a_locked_lane_nobody_but_the_facilitator_changes_anything(
    locked, live_canvas, until_refused, change
):
    leader, first, second, key = locked
    loose = second.add("Loose", lane="partners")
    second.saved()
    lock_lanes(leader, lanes=["need"])
    until_refused(key)

    match change:
        case "edit":
            second.change(key, text="Broken")
        case "move in":
            second.change(loose, lane="need")
        case "move out":
            second.change(key, lane="partners")
        case "delete":
            drop_card(second.doc, key)
        case "add":
            second.add("Another", lane="need")

    assert second.refused() == 4403
    first.until(lambda: first.texts == {"Fixed", "Loose"})
    assert texts_of(live_canvas) == {"Fixed", "Loose"}
    found = read_cards(store.load(shared_sheet(live_canvas).pk).doc)
    assert (found[key].lane, found[loose].lane) == ("need", "partners")


# --- silent writing ------------------------------------------------------------------------------------
def test_a_draft_is_sent_to_nobody_else_and_ends_with_the_reveal(owner, as_role, live_canvas, open_window):
    leader, ben, cyd = lead(owner, live_canvas), as_role(Role.STRATEGIST), as_role(Role.STRATEGIST)
    assert open_window(ben, draft=True).refused() == 4411  # nobody is silent yet
    begin_silence(leader)
    mine, also_mine = open_window(ben, draft=True), open_window(ben, draft=True)
    other, shared = open_window(cyd, draft=True), open_window(cyd)

    mine.add("Still a secret")
    mine.saved()
    also_mine.until(lambda: also_mine.texts == {"Still a secret"})
    for window in (other, shared):
        window.read(0.3)
        assert window.texts == set()

    reveal(leader)

    shared.until(lambda: shared.texts == {"Still a secret"})
    assert mine.refused() == 4411
    assert open_window(as_role(Role.VIEWER)).texts == {"Still a secret"}


def test_a_page_that_writes_silently_hears_once_of_what_happens_in_the_room(
    owner, as_role, live_canvas, open_window
):
    leader, ben = lead(owner, live_canvas), as_role(Role.STRATEGIST)
    begin_silence(leader)
    shared, hidden = open_window(ben), open_window(ben, draft=True)
    for happens in (lambda: focus(leader, phase=2), lambda: reveal(leader)):
        for window in (shared, hidden):
            window.listen(1.0)
        happens()
        shared.until(lambda: shared.news > 0)
        for _more in range(20):
            shared.read(0.05)
            hidden.read(0.05)

        assert (shared.news, hidden.news) == (1, 0)


def test_a_draft_holds_two_hundred_cards_and_what_it_holds_is_revealed(
    owner, as_role, live_canvas, open_window
):
    leader, ben = lead(owner, live_canvas), as_role(Role.STRATEGIST)
    begin_silence(leader)
    window = open_window(ben, draft=True)
    put_many(window.doc, 200)
    window.saved()

    window.add("One too many")

    assert window.refused() == 4413
    assert "at most 200 cards silently" in window.why
    assert reveal(leader) == 200


def test_hidden_cards_count_with_those_that_all_see_and_their_writers_hear_of_it_in_time(
    owner, as_role, live_canvas, open_window
):
    leader, ada, ben = lead(owner, live_canvas), as_role(Role.STRATEGIST), as_role(Role.STRATEGIST)
    with changing(shared_sheet(live_canvas)) as doc:
        put_many(doc, 900)
    project(shared_sheet(live_canvas).pk)
    begin_silence(leader)
    mine, other = open_window(ada, draft=True), open_window(ben, draft=True)

    put_many(mine.doc, MOST_CARDS - 900)
    mine.saved()
    other.until(lambda: is_news(other) and facts(seat_of(ben, live_canvas))["workshop"]["full"])
    put_many(other.doc, MOST_BEGUN)  # by then
    other.saved()
    other.add("One too many")

    assert other.refused() == 4413
    assert "at most 1000 cards" in other.why
    assert reveal(leader) == MOST_CARDS - 900 + MOST_BEGUN


def is_news(window) -> bool:
    """Whether it was told, since this was last asked, that there is something to ask for."""
    heard, window.news = window.news > 0, 0
    return heard


def put_many(doc, count: int) -> None:
    with doc.transaction():
        for number in range(count):
            put_card(doc, CardData(str(uuid4()), text=str(number)))


# --- what no honest window sends -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"", 4400),
        (b"\x07", 4400),
        (b"\x00\x02\x05ab", 4400),
        (protocol.sync(protocol.UPDATE, b"\x01\x02garbage"), 4400),
        (protocol.sync(protocol.STEP1, b"\xff\xff\xff\xff"), 4400),
        (protocol.sync(protocol.UPDATE, bytes(300_000)), 4413),
        (b"\x01" + protocol.chunk(b"\x01\x05\x01\x03no!"), 4400),
    ],
)
def test_what_cannot_be_read_ends_only_its_own_connection(as_role, live_canvas, open_window, frame, code):
    ada, other = open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST))
    ada.add("Good")
    ada.saved()

    other.send(frame)

    assert other.refused() == code
    assert other.why
    ada.add("Still good")
    ada.saved()
    assert texts_of(live_canvas) == {"Good", "Still good"}


@pytest.mark.parametrize("levels", [3, 100_000])
def test_values_within_values_are_refused_before_anything_reads_them(
    as_role, live_canvas, open_window, levels
):
    """The document library would end the process."""
    ada, other = open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST))
    head = b"\x01\x01\x01\x00\x28\x01\x05cards\x01k\x01"

    other.update(head + b"\x75\x01" * levels + b"\x7e\x00")

    assert other.refused() == 4400
    ada.add("Still here")
    ada.saved()
    assert texts_of(live_canvas) == {"Still here"}


def test_whoever_sends_too_fast_is_told_so(as_role, open_window):
    window, updates = open_window(as_role(Role.OWNER)), []
    window.send, send = updates.append, window.send
    for number in range(600):
        window.add(f"Card {number}")

    for update in updates:  # made before, for a busy machine makes them no faster than they may come
        send(update)

    assert window.refused() == 4429
    assert "Too many" in window.why


def test_one_person_opens_twelve_windows_and_others_still_come_in(as_role, open_window):
    ben = as_role(Role.STRATEGIST)
    windows = [open_window(ben) for _ in range(12)]

    one_more = open_window(ben)

    assert one_more.refused() == 4429
    assert "12 windows" in one_more.why
    ada = open_window(as_role(Role.OWNER))
    ada.add("Still here")
    windows[0].until(lambda: windows[0].texts == {"Still here"})
    windows[-1].close()
    wait_until(lambda: open_window(ben).code is None)  # the server notices that one was closed


def test_a_thousand_cards_and_no_more(as_role, live_canvas, open_window):
    window, other = open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST))
    with window.doc.transaction():
        for number in range(1000):
            put_card(window.doc, CardData(f"00000000-0000-4000-8000-{number:012}", text="x"))
    window.saved()

    window.add("One too many")

    assert window.refused() == 4413
    assert "1000" in window.why
    other.until(lambda: len(read_cards(other.doc)) == 1000)
    assert len(read_cards(store.load(shared_sheet(live_canvas).pk).doc)) == 1000


def test_an_update_that_builds_on_a_lost_one_is_asked_for_again(as_role, live_canvas, open_window):
    window, other = open_window(as_role(Role.OWNER)), open_window(as_role(Role.STRATEGIST))
    window.read(0.2)
    send, window.send = window.send, lambda frame: None  # the next update is lost on its way
    key = window.add("Lost")
    window.sent -= 1
    window.send = send

    window.change(key, text="Lost and found")

    window.saved()
    other.until(lambda: other.texts == {"Lost and found"})
    assert texts_of(live_canvas) == {"Lost and found"}
    assert all(
        store.load(shared_sheet(live_canvas).pk, upto=seq).seq == seq
        for seq in SheetUpdate.objects.filter(sheet=shared_sheet(live_canvas)).values_list("seq", flat=True)
    )


# --- cursors -------------------------------------------------------------------------------------------
def test_a_window_speaks_only_for_itself_and_under_its_own_name(as_role, open_window):
    ada, ben = as_role(Role.OWNER), as_role(Role.STRATEGIST)
    one, two = open_window(ada), open_window(ben)
    one.point(at={"x": 1}, user={"key": "u999", "name": "Somebody else"})
    two.until(lambda: one.doc.client_id in two.people)

    said = two.people[one.doc.client_id]
    assert (said["at"], said["user"]["key"]) == ({"x": 1}, f"u{ada.user.pk}")
    assert said["user"]["role"] == "contributor"

    stolen = protocol.Presence(one.doc.client_id, 10**12, '{"at": {"x": 9}}')
    two.send(protocol.presences([stolen]))
    two.point(at={"x": 2})
    one.until(lambda: two.doc.client_id in one.people)
    late = open_window(as_role(Role.VIEWER))
    late.until(lambda: one.doc.client_id in late.people)
    assert late.people[one.doc.client_id]["at"] == {"x": 1}

    one.close()
    two.until(lambda: two.people[one.doc.client_id] is None)


def test_a_cursor_that_says_too_much_is_refused(as_role, open_window):
    window = open_window(as_role(Role.OWNER))

    window.point(words="x" * 3000)

    assert window.refused() == 4413
