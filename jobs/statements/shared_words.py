"""The words that statements share, as one sentence: verb, object, contexts that enough of them name. Pure.

They are the statements' own; a category's name stands in only where they agree on the category and not on the
word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jobs.statements.lexicon import ADVERBS, CLAUSES, NAME_OF, PLACES, PLAIN, WEAK
from jobs.statements.parse import Parsed, Token, parse

Why = Literal["", "levels", "languages", "patterns", "verb", "object", "context", "lint", "single"]
SHARED = 2 / 3  # of the members that must say it, before it counts as common


@dataclass(frozen=True)
class Common:
    """A word of the proposal and how many of the members say it, or another of its class."""

    word: str
    count: int


class Nothing(Exception):
    """Raised where no honest general statement can be made; says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class _Shared:
    """Classes of words that enough of the members say, wherever they say them."""

    parsed: list[Parsed]
    language: str
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        for one in self.parsed:
            self.counts.update(one.keys)
        if self.language == "de":
            self._join_compounds()

    def _join_compounds(self) -> None:
        """“Einkaufstasche” is a “Tasche”: the last part of a compound is what it is."""
        for short in [key for key in self.counts if len(key) > 3]:
            holders = [one for one in self.parsed if any(key.endswith(short) for key in one.keys)]
            self.counts[short] = len(holders)

    def has(self, key: str) -> bool:
        return self.counts[key] >= self.enough

    @property
    def enough(self) -> float:
        return SHARED * len(self.parsed)

    def lacks(self, token: Token) -> bool:
        return token.is_content and not self.has(token.key)


def plain_statement(texts: Sequence[str], language: str) -> tuple[str, tuple[Common, ...]]:
    """Verb, object, context; for feelings the opening takes the place of the verb."""
    parsed = [found for text in texts if (found := parse(text, language))]
    if len(parsed) < max(2, SHARED * len(texts)):
        raise Nothing("verb")
    verb, verb_count = _verb(parsed, len(texts))
    shared = _Shared(parsed, language)
    zone = _object(shared)
    contexts = _contexts(shared, zone)
    _check_sense(verb, zone, contexts, shared)
    said = [*zone, *(token for chunk in contexts for token in chunk)]
    if not any(token.is_content for token in said):
        raise Nothing("object")
    words = _in_order(verb, zone, contexts, language)
    common = [Common(verb.casefold(), verb_count)]
    common += [Common(token.text, shared.counts[token.key]) for token in said if token.is_content]
    return words[:1].upper() + words[1:], tuple(dict.fromkeys(common))


def _check_sense(
    verb: str, zone: Sequence[Token], contexts: Sequence[Sequence[Token]], shared: _Shared
) -> None:
    """What is left says something by itself: “get the children” does not, nor does “be seen as a parent”."""
    language = shared.language
    is_placed = any(
        chunk[0].text.casefold() in PLACES[language] | ADVERBS[language] for chunk in contexts
    ) or (sum(token.is_content for token in zone) > 1)
    if not zone and (not contexts or contexts[0][0].text.casefold() in ("without", "ohne")):
        raise Nothing("object")
    have_one = sum(any(token.is_content for token in one.zone) for one in shared.parsed)
    if not zone and have_one >= shared.enough:
        raise Nothing("object")
    if verb.casefold() in WEAK[language] and not is_placed:
        raise Nothing("context")
    if verb.casefold().split()[-1] in ("as", "like", "werden"):
        whole = [not any(shared.lacks(token) for token in one.zone) for one in shared.parsed]
        if sum(whole) < shared.enough:
            raise Nothing("object")


def _verb(parsed: Sequence[Parsed], of: int) -> tuple[str, int]:
    """The verb that most members use, of the class that enough of them share."""
    (key, count), *_rest = Counter(one.verb_key for one in parsed).most_common()
    if count < SHARED * of:
        raise Nothing("verb")
    forms = Counter(one.verb.casefold() for one in parsed if one.verb_key == key)
    return forms.most_common()[0][0], count


def _object(shared: _Shared) -> list[Token]:
    """The object in the words of the members, without what only some of them say about it."""
    options = [_without(one.zone, shared) for one in shared.parsed]
    found = Counter(tuple(option) for option in options if any(token.is_content for token in option))
    if not found:
        return []
    best = min(
        found,
        key=lambda option: (
            -_weight(option, shared),
            _plainness(option, shared.language),
            -found[option],
            len(option),
            str(option),
        ),
    )
    return _plainer(_named(list(best), shared), shared)


def _weight(tokens: Iterable[Token], shared: _Shared) -> int:
    return sum(shared.counts[token.key] for token in tokens if token.is_content)


def _plainness(tokens: Sequence[Token], language: str) -> int:
    first = tokens[0].text.casefold() if not tokens[0].is_content else ""
    plain = PLAIN[language]
    return plain.index(first) if first in plain else len(plain)


def _plainer(tokens: list[Token], shared: _Shared) -> list[Token]:
    """“My”, “both” and the like stay only where enough members say so."""
    first = tokens[0]
    word = first.text.casefold()
    if first.is_content or word in PLAIN[shared.language][:1] or shared.language != "en":
        return tokens
    said = sum(bool(one.zone) and one.zone[0].text.casefold() == word for one in shared.parsed)
    is_kept = said >= shared.enough and not (word in ("a", "an") and tokens[-1].text.endswith("s"))
    return tokens if is_kept else [Token("the", "the", False), *tokens[1:]]


def _without(tokens: Sequence[Token], shared: _Shared) -> list[Token]:
    """Without the words that are not shared; a phrase whose last word goes, goes as a whole, and so does a
    clause of which any word goes."""
    content = [token for token in tokens if token.is_content]
    if not content or shared.lacks(content[-1]):
        return []
    is_clause = tokens[0].text.casefold() in CLAUSES[shared.language]
    if is_clause and any(shared.lacks(token) for token in content):
        return []
    kept = [token for token in tokens if not shared.lacks(token)]
    while not is_clause and not kept[-1].is_content:
        kept = kept[:-1]
    return kept


def _named(tokens: list[Token], shared: _Shared) -> list[Token]:
    """The word that most members use for a class; where no word reaches enough, the class's own name."""
    return [_one_word(token, shared) if token.is_content else token for token in tokens]


def _one_word(token: Token, shared: _Shared) -> Token:
    forms = Counter(
        other.text.casefold()
        for one in shared.parsed
        for part in (one.zone, *one.chunks)
        for other in part
        if other.key == token.key and other.is_content
    )
    if forms[token.text.casefold()] * 2 > sum(forms.values()):
        return token
    word = NAME_OF[shared.language].get(token.key) or forms.most_common()[0][0]
    if shared.language == "de":
        return token if token.key not in NAME_OF["de"] else Token(word, token.key, True)
    return Token(word, token.key, True)


def _contexts(shared: _Shared, zone: Sequence[Token]) -> list[list[Token]]:
    """The contexts that enough members name and the object does not hold yet, in the order they come in."""
    taken = {token.key for token in zone if token.is_content}
    options: dict[str, Counter[tuple[Token, ...]]] = {}
    places: dict[str, list[int]] = {}
    for one in shared.parsed:
        for place, chunk in enumerate(one.chunks):
            kept = tuple(_without(chunk, shared))
            keys = [token.key for token in kept if token.is_content]
            if keys and kept[0] == chunk[0]:
                options.setdefault(keys[-1], Counter())[kept] += 1
                places.setdefault(keys[-1], []).append(place)
    found = []
    for key in sorted(options, key=lambda key: (sum(places[key]) / len(places[key]), key)):
        agreed = [item for item in options[key].items() if _is_agreed(item[0], key, shared)]
        if key in taken or not agreed:
            continue
        best = min(agreed, key=lambda item: (-item[1], len(item[0]), str(item[0])))[0]
        taken |= {token.key for token in best if token.is_content}
        found.append(_named(list(best), shared))
    return found


def _is_agreed(chunk: Sequence[Token], key: str, shared: _Shared) -> bool:
    """Two members at least lead to the word by the same preposition: where one closes up the walls and
    another looks on them, nobody has said “see up the walls”."""
    lead = chunk[0].key
    agreeing = [
        any(other[0].key == lead and key in {token.key for token in other} for other in one.chunks)
        for one in shared.parsed
    ]
    return sum(agreeing) > 1


def _in_order(verb: str, zone: Sequence[Token], contexts: Sequence[Sequence[Token]], language: str) -> str:
    said = [" ".join(token.text for token in part) for part in (zone, *contexts) if part]
    if language == "de":
        felt = verb.split()[-1] == "fühlen"
        order = (
            ["sich", *said[1:], *said[:1], verb]
            if felt and zone
            else [*(["sich"] if felt else []), *said, verb]
        )
        return " ".join(order)
    first = said[0][:1].lower() + said[0][1:] if said and said[0].split()[0] not in ("I", "I'm") else said[0]
    return " ".join([verb, first, *said[1:]])
