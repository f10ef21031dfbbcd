"""Why the server closes a connection: the code of the websocket, and words for the person.

After a code 44xx the browser does not come back by itself. After 45xx it does, and compares its document with
ours.
"""

from __future__ import annotations

from strategy.document import LONGEST_TEXT, MOST_CARDS, MOST_DRAFTED, MOST_LINKS

MOST_WINDOWS = (
    12  # of one person on one canvas in one process: each costs memory, and each is sent everything
)


class Refused(Exception):
    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code, self.why = code, why


UNREADABLE = Refused(4400, "The server could not read what this page sent. Reload the page.")
NO_WAY_IN = Refused(4403, "You are not in this room any more.")
SIGNED_OUT = Refused(4401, "You are signed out.")
LINK_CLOSED = 4404  # for guests, who read why in the words of strategy.actions.links.why_closed()
OVER = Refused(4410, "The workshop is over.")  # for guests
MAY_ONLY_LOOK = Refused(4403, "You may look, but not change anything here.")
LOCKED = Refused(4403, "The facilitator has locked this card or lane.")
REVEALED = Refused(4411, "Silent writing is over.")  # its page may begin the next
TOO_LARGE = Refused(4413, "That was too much at once. Make the change in smaller steps.")
TOO_BIG = Refused(4413, "This canvas has become too large. Remove cards before you add more.")
TOO_MANY = Refused(
    4413,
    f"A canvas holds at most {MOST_CARDS} cards, hidden ones among them. Remove some before you add more.",
)
TOO_MANY_DRAFTED = Refused(
    4413, f"One person writes at most {MOST_DRAFTED} cards silently. Remove some before you add more."
)
TOO_MUCH = Refused(4413, f"A card holds at most {LONGEST_TEXT} characters and {MOST_LINKS} links.")
WORN_OUT = Refused(4413, "This canvas was opened too often to be written on further. Begin its next loop.")
TOO_FAST = Refused(4429, "Too many changes in a moment. Reload the page to go on.")
TOO_MANY_WINDOWS = Refused(
    4429, f"You have this canvas open in {MOST_WINDOWS} windows already. Close one, then reload this page."
)
FAILED = Refused(4500, "")
COME_AGAIN = Refused(4501, "")  # the session ended, but the browser may have a newer one
TOO_SLOW = Refused(4513, "")
