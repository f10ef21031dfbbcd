"""The phrases that set a group of statements apart from others. Pure and light: pages change groups, too."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from jobs.languages import ENGLISH, GERMAN, LEANING, NUMBERS, TEMPLATE, WORD

PHRASES = 3
IN_SHARE = 0.15  # of a group's statements that hold a phrase
LONGER = 0.35  # bonus of each further word of a phrase

_STOP = ENGLISH | GERMAN | TEMPLATE
_OWN = re.compile(r"['’][sS]$")  # “Anna’s”
_ENDS = tuple('.!?:;…–"“„»«(')  # what a word with a capital of a sentence follows


def distinguishing(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Up to three phrases a group: frequent inside it and rare elsewhere (class-based TF-IDF over 1 to 3
    neighbouring words, each counted once a statement), spelled as people write them."""
    counts = [Counter(phrase for text in texts for phrase in set(_phrases(text))) for texts in groups]
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    statements = sum(map(len, groups))
    best = [_best(count, total, len(texts), statements) for count, texts in zip(counts, groups, strict=True)]
    capital = _capitals({word for phrases in best for phrase in phrases for word in phrase.split()}, groups)
    return [
        tuple(" ".join(capital.get(word, word) for word in phrase.split()) for phrase in phrases)
        for phrases in best
    ]


def _phrases(text: str) -> Iterable[str]:
    """Neighbouring words that are read as a phrase: none starts or ends in a word that leans on others."""
    run: list[str] = []
    for word in WORD.findall(text):
        bare = _bare(word)
        if len(bare) < 3 or bare in _STOP or "'" in bare or "’" in bare:
            run = []
            continue
        run = [*run[-2:], bare]
        if bare not in LEANING:
            starts = (at for at, first in enumerate(run) if _begins(first))
            yield from (" ".join(run[at:]) for at in starts)


def _begins(word: str) -> bool:
    return word in NUMBERS or word not in LEANING


def _bare(word: str) -> str:
    return _OWN.sub("", word).lower()  # casefold() would write “ss” for “ß”, and people read it


def _capitals(wanted: Collection[str], groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """Word -> itself with its capital, where it mostly has one inside sentences, as German nouns have."""
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for text in chain.from_iterable(groups):
        for found in WORD.finditer(text):
            word = _OWN.sub("", found[0])
            if word.lower() in wanted and _is_inside(text, found.start()):
                written[word.lower()][word] += 1
    most = {word: max(forms, key=lambda form: (forms[form], form)) for word, forms in written.items()}
    return {word: form for word, form in most.items() if form != word}


def _is_inside(text: str, place: int) -> bool:
    """Whether a word at `place` does not begin a sentence, which would give it a capital."""
    return place > 0 and text[:place].rstrip()[-1:] not in _ENDS


def _best(count: Counter[str], total: Counter[str], size: int, statements: int) -> tuple[str, ...]:
    enough = max(2, math.ceil(IN_SHARE * size))
    scored = {
        phrase: times / size * math.log(1 + statements / total[phrase]) * (1 + LONGER * phrase.count(" "))
        for phrase, times in count.items()
        if times >= enough
    }
    chosen: list[str] = []
    taken: set[str] = set()
    for phrase in sorted(scored, key=lambda phrase: (-round(scored[phrase], 9), phrase)):
        kept = {word.removesuffix("s") for word in phrase.split()}  # “costs” beside “cost” tells nothing more
        if not taken & kept:
            chosen.append(phrase)
            taken |= kept
        if len(chosen) == PHRASES:
            break
    return tuple(chosen)
