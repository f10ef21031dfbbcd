"""Other words for the same thing, so that a multiplied study does not repeat itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

# Each group can stand for one another in any sentence; copy n takes the word n places further on
GROUPS = (
    ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    ("January", "February", "March", "April", "June", "July", "August", "September", "October", "November"),
    ("Brückner", "Hansen", "Moreau", "Kowalski", "Lindqvist", "Okafor", "Petrov", "Santos"),
    ("children", "kids", "youngsters", "little ones", "boys", "girls"),
    ("daughter", "son", "niece", "nephew", "godchild"),
    ("husband", "wife", "partner", "sister", "brother"),
    ("bridge", "tunnel", "ferry", "crossing", "underpass"),
    ("nursery", "kindergarten", "school", "childminder", "day care"),
    ("rain", "snow", "wind", "fog", "sleet", "hail"),
    ("courtyard", "cellar", "garage", "shed", "hallway", "stairwell"),
    ("shopping", "groceries", "crates", "parcels", "laundry"),
    ("neighbour", "colleague", "cousin", "friend", "landlord"),
    ("money", "savings", "budget", "cash"),
    ("morning", "evening", "afternoon"),
    ("kitchen", "bathroom", "balcony", "garden"),
    ("red", "blue", "green", "yellow", "grey", "black"),
    ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
)
PLACE = {word: (group, group.index(word)) for group in GROUPS for word in group}
WORD = re.compile(r"\b(" + "|".join(map(re.escape, sorted(PLACE, key=len, reverse=True))) + r")\b")


def varied(copy: int) -> Callable[[str], str]:
    """The change of copy `copy`; 0 changes nothing. Word by word, so a quote stays in its transcript."""

    def other_word(match: re.Match[str]) -> str:
        group, place = PLACE[match[0]]
        # coprime strides: two groups do not come round together
        return group[(place + copy * (1 + len(group) % 3)) % len(group)]

    return (lambda text: WORD.sub(other_word, text)) if copy else (lambda text: text)
