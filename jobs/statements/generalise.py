"""A general statement proposed for individual ones that belong together, after method.md 2.4. Pure.

What the members share is kept: the class of the verb, the class of the object, and the context that most of
them name. What differs is dropped. The words are the members' own; a category's name stands in only where
they agree on the category and not on the word. Where that leaves nothing honest to say, or what it leaves
does not pass the lint, the member in the middle is proposed instead, and the answer says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from jobs.languages import ENGLISH, GERMAN, TEMPLATE, WORD, guess_language
from jobs.statements.grammar import lint
from jobs.statements.lexicon import (
    ADVERBS,
    CLAUSES,
    CONTEXT,
    DETERMINERS,
    NAME_OF,
    OBJECT_OF,
    OPENINGS,
    PARTICLES,
    PLACES,
    PLAIN,
    VERB_OF,
    WEAK,
)

Why = Literal["", "levels", "languages", "patterns", "verb", "object", "context", "lint", "single"]
SHARED = 2 / 3  # of the members that must say it, before it counts as common
_FUNCTION = (ENGLISH | GERMAN | TEMPLATE) - {"home"}


@dataclass(frozen=True)
class Member:
    statement: str
    pattern: str
    level: str


@dataclass(frozen=True)
class Common:
    """A word of the proposal and how many of the members say it, or another of its class."""

    word: str
    count: int


@dataclass(frozen=True)
class Proposal:
    """`why` is empty for a general statement; else it says why the medoid's words stand there instead."""

    text: str
    common: tuple[Common, ...]
    why: Why = ""


@dataclass(frozen=True)
class Token:
    """A word with its class: the lexicon's, else its stem."""

    text: str
    key: str
    is_content: bool


@dataclass(frozen=True)
class Parsed:
    """Verb, object and contexts of one statement, each in the statement's own words."""

    verb: str
    verb_key: str
    zone: tuple[Token, ...]
    chunks: tuple[tuple[Token, ...], ...] = ()

    @property
    def keys(self) -> set[str]:
        parts = (self.zone, *self.chunks)
        return {token.key for part in parts for token in part if token.is_content}


class _Nothing(Exception):
    """Raised where no honest general statement can be made; says why."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def general_statement(members: Sequence[Member], *, medoid: int) -> Proposal:
    """A general statement for `members`; the one at `medoid` stands for them where none can be made."""
    try:
        text, common = _generalised(members, medoid)
        if lint(text, pattern=_pattern(members), level=members[medoid].level):
            raise _Nothing("lint")
    except _Nothing as nothing:
        return Proposal(members[medoid].statement, (), nothing.why)
    return Proposal(text, common)


def _generalised(members: Sequence[Member], medoid: int) -> tuple[str, tuple[Common, ...]]:
    if len({member.statement.casefold() for member in members}) < 2:
        raise _Nothing("single")
    if len({member.level for member in members}) > 1:
        raise _Nothing("levels")
    pattern, language = _pattern(members), _language(members)
    texts = [member.statement for member in members if member.pattern == pattern]
    first = [members[medoid].statement] if members[medoid].pattern == pattern else []
    ordered = first + sorted(text for text in texts if text not in first)
    if pattern == "story":
        return _story(ordered, language)
    if pattern == "outcome":
        return _outcome(ordered, language)
    return _plain(ordered, language)


def _pattern(members: Sequence[Member]) -> str:
    """The members' own, or that of most of them."""
    (pattern, count), *_rest = Counter(member.pattern for member in members).most_common()
    if count < SHARED * len(members):
        raise _Nothing("patterns")
    return pattern


def _language(members: Sequence[Member]) -> str:
    spoken = {guess_language(member.statement) for member in members} - {""}
    if len(spoken) > 1:
        raise _Nothing("languages")
    return spoken.pop() if spoken else "en"


# --- reading -----------------------------------------------------------------------------------------


def _token(text: str, language: str) -> Token:
    word = re.sub(r"['’]s$", "", text.casefold())
    is_content = len(word) > 2 and word not in _FUNCTION and word not in DETERMINERS[language]
    return Token(text, OBJECT_OF[language].get(_stem(word, language), _stem(word, language)), is_content)


def _stem(word: str, language: str) -> str:
    """Crude on purpose: it only has to give the forms of one word the same key."""
    if language == "de":
        folded = word.translate(str.maketrans("äöü", "aou"))
        return re.sub(r"(?:en|er|e|n|s)$", "", folded) if len(folded) > 4 else folded
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("children"):
        return "child"
    return re.sub(r"(?<=[^su])s$", "", word) if len(word) > 3 else word


def _parse(text: str, language: str) -> Parsed | None:
    words = WORD.findall(text)
    found = _parse_german(text, words) if language == "de" else _parse_english(words)
    return found if found and (found.zone or found.chunks) else None


def _parse_english(words: Sequence[str]) -> Parsed | None:
    while words and (words[0].casefold() in ("to", "always", "never") or words[0].casefold().endswith("ly")):
        words = words[1:]
    verb, rest = _opening(words, "en")
    if not verb and words:
        size = 2 if len(words) > 1 and words[1].casefold() in PARTICLES else 1
        verb, rest = " ".join(words[:size]), words[size:]
    key = VERB_OF["en"].get(verb.casefold(), verb.casefold())
    zone, chunks = _divided([_token(word, "en") for word in rest], "en")
    return Parsed(verb, key, zone, chunks) if verb else None


def _parse_german(text: str, words: Sequence[str]) -> Parsed | None:
    """The infinitive closes the clause: “Die Kinder pünktlich zur Schule bringen”."""
    clause = WORD.findall(text.partition(",")[0])
    if len(clause) < 2:
        return None
    verb, rest = _opening(clause[::-1], "de")
    if verb:
        verb, rest = " ".join(reversed(verb.split())), rest[::-1]
    elif re.search(r"(?:en|ern|eln|tun|sein)$", clause[-1]):
        verb, rest = clause[-1], clause[:-1]
    if rest and rest[-1].casefold() == "zu":
        rest = rest[:-1]
    rest = [word for word in rest if word.casefold() not in ("mich", "sich")]
    key = VERB_OF["de"].get(verb.casefold(), verb.casefold())
    zone, chunks = _divided([_token(word, "de") for word in rest], "de")
    return Parsed(verb, key, zone, chunks) if verb else None


def _opening(words: Sequence[str], language: str) -> tuple[str, Sequence[str]]:
    """Fixed openings such as “avoid being perceived as”, the longest first; German ones stand at the end."""
    lower = [word.casefold() for word in words]
    for opening in OPENINGS[language]:
        if lower[: len(opening)] == opening:
            return " ".join(words[: len(opening)]), words[len(opening) :]
    return "", words


def _divided(
    tokens: Sequence[Token], language: str
) -> tuple[tuple[Token, ...], tuple[tuple[Token, ...], ...]]:
    """Everything up to the first preposition or conjunction is the object; each of them opens a context."""
    zone: list[Token] = []
    chunks: list[list[Token]] = []
    part = zone
    for token in tokens:
        word = token.text.casefold()
        if word in CONTEXT[language] or word in ADVERBS[language]:
            part = []
            chunks.append(part)
            token = replace(token, text=token.text.lower())  # it may have opened the sentence
        elif part is not zone and _is_closed(part, token, language):
            part = zone
        part.append(token)
    return tuple(zone), tuple(tuple(chunk) for chunk in chunks)


def _is_closed(chunk: Sequence[Token], following: Token, language: str) -> bool:
    """In German the noun ends a context, and the object may come behind it: “im Verkehr sicher”."""
    last = chunk[-1].text
    if last.casefold() in ADVERBS[language]:
        return True
    if language != "de" or len(chunk) == 1 or chunk[0].text.casefold() in CLAUSES[language]:
        return False
    return last[0].isupper() and not following.text[0].isupper()


# --- what they share ---------------------------------------------------------------------------------


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


def _plain(texts: Sequence[str], language: str) -> tuple[str, tuple[Common, ...]]:
    """Verb, object, context; for feelings the opening takes the place of the verb."""
    parsed = [found for text in texts if (found := _parse(text, language))]
    if len(parsed) < max(2, SHARED * len(texts)):
        raise _Nothing("verb")
    verb, verb_count = _verb(parsed, len(texts))
    shared = _Shared(parsed, language)
    zone = _object(shared)
    contexts = _contexts(shared, zone)
    _check_sense(verb, zone, contexts, shared)
    said = [*zone, *(token for chunk in contexts for token in chunk)]
    if not any(token.is_content for token in said):
        raise _Nothing("object")
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
        raise _Nothing("object")
    have_one = sum(any(token.is_content for token in one.zone) for one in shared.parsed)
    if not zone and have_one >= shared.enough:
        raise _Nothing("object")
    if verb.casefold() in WEAK[language] and not is_placed:
        raise _Nothing("context")
    if verb.casefold().split()[-1] in ("as", "like", "werden"):
        whole = [not any(shared.lacks(token) for token in one.zone) for one in shared.parsed]
        if sum(whole) < shared.enough:
            raise _Nothing("object")


def _verb(parsed: Sequence[Parsed], of: int) -> tuple[str, int]:
    """The verb that most members use, of the class that enough of them share."""
    (key, count), *_rest = Counter(one.verb_key for one in parsed).most_common()
    if count < SHARED * of:
        raise _Nothing("verb")
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


# --- outcomes and stories ----------------------------------------------------------------------------

_OUTCOME = {
    "en": re.compile(
        r"\s*(?P<way>minimi[sz]e|reduce|lower|decrease|shorten|cut|limit|increase|maximi[sz]e|raise|extend)\s+"
        r"(?P<metric>(?:the |my )?(?:time|likelihood|probability|chance|risk|number|amount|effort|costs?))\s+"
        r"(?P<link>(?:it takes|needed|required) to|of|that)\s+(?P<rest>.+)",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\s*(?:die |den |das )?(?P<metric>Zeit|Dauer|Aufwand|Risiko|Wahrscheinlichkeit|Kosten|Anzahl)\s+"
        r"(?P<rest>.+?)\s+(?P<way>minimieren|verringern|reduzieren|senken|verkürzen|erhöhen|steigern)\W*$",
        re.IGNORECASE,
    ),
}


def _outcome(texts: Sequence[str], language: str) -> tuple[str, tuple[Common, ...]]:
    """Direction and metric that enough members share, then the object of control as a job of its own."""
    found = [match for text in texts if (match := _OUTCOME[language].match(text))]
    if language == "de" or len(found) < max(2, SHARED * len(texts)):
        raise _Nothing("object")
    way, metric, link = (
        Counter(match[name].casefold() for match in found).most_common()[0]
        for name in ("way", "metric", "link")
    )
    directions = Counter(_is_more(match["way"]) for match in found).most_common()[0][1]
    if min(directions, metric[1]) < SHARED * len(texts) or len({_is_more(m["way"]) for m in found}) > 1:
        raise _Nothing("verb")
    rests = [match["rest"] for match in found if match["link"].casefold() == link[0]]
    if not link[0].endswith("to") or len(rests) < max(2, SHARED * len(texts)):
        raise _Nothing("object")
    said, common = _plain(rests, language)
    words = f"{way[0]} {metric[0]} {link[0]} {said[:1].lower()}{said[1:]}"
    measured = (Common(way[0], directions), Common(metric[0].removeprefix("the "), metric[1]))
    return words[:1].upper() + words[1:], (*measured, *common)


def _is_more(way: str) -> bool:
    return way.casefold().startswith(("increase", "maxim", "raise", "extend"))


_STORY = {
    "en": re.compile(
        r"\s*when(?:ever)?\s+(?P<when>[^,]+),\s*I (?:want|need|would like|wish) to\s+(?P<want>.+?),?\s+"
        r"so (?:that )?I can\s+(?P<so>.+?)[.\s]*$",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"\s*(?:immer )?wenn\s+(?P<when>[^,]+),\s*(?:möchte|will) ich\s+(?P<want>[^,]+),\s*damit ich\s+"
        r"(?P<so>.+?)[.\s]*$",
        re.IGNORECASE,
    ),
}
_TOLD = {"en": "When {}, I want to {}, so I can {}", "de": "Wenn {}, möchte ich {}, damit ich {}"}


def _story(texts: Sequence[str], language: str) -> tuple[str, tuple[Common, ...]]:
    """What is wanted as a job of its own; the situation and the outcome only where most members tell the
    same one, in the plainest words of one of them."""
    found = [match for text in texts if (match := _STORY[language].match(text))]
    if len(found) < max(2, SHARED * len(texts)):
        raise _Nothing("patterns")
    want, common = _plain([match["want"] for match in found], language)
    when, so = (_clause([match[name] for match in found], language) for name in ("when", "so"))
    return _TOLD[language].format(when, want[:1].lower() + want[1:], so), common


def _clause(clauses: Sequence[str], language: str) -> str:
    """The shortest clause that says nothing but what enough of them say."""
    tokens = [[_token(word, language) for word in WORD.findall(clause)] for clause in clauses]
    said = [{token.key for token in row if token.is_content} for row in tokens]
    counts = Counter(key for keys in said for key in keys)
    common = {key for key, count in counts.items() if count >= SHARED * len(clauses)}
    plain = [clause for clause, keys in zip(clauses, said, strict=True) if keys and keys <= common]
    if not plain:
        raise _Nothing("context")
    return min(plain, key=lambda clause: (len(clause), clause))


# --- telling -----------------------------------------------------------------------------------------


def common_words(proposal: str, statements: Sequence[str]) -> tuple[Common, ...]:
    """The content words of a statement that at least two members say, with how many do."""
    language = guess_language(proposal) or "en"
    verbs = VERB_OF[language]
    words = {text: WORD.findall(text) for text in statements}
    keys_of = {word: _keys_of(word, language) for word in set[str]().union(*words.values())}
    said = [set[str]().union(*(keys_of[word] for word in words[text])) for text in statements]
    found: dict[str, Common] = {}
    for word in WORD.findall(proposal):
        keys = _keys_of(word, language)
        count = sum(bool(keys & each) for each in said)
        if count > 1 and (_token(word, language).is_content or word.casefold() in verbs):
            found.setdefault(word.casefold(), Common(word.casefold() if language == "en" else word, count))
    return tuple(found.values())


def _keys_of(word: str, language: str) -> set[str]:
    return {VERB_OF[language].get(word.casefold(), ""), _token(word, language).key} - {""}


REASONS: dict[Why, str] = {
    "": "",
    "single": "All members say the same.",
    "levels": "The members stand on different levels, and the method never generalises across levels.",
    "languages": "The members are written in two languages.",
    "patterns": "The members follow different patterns of statements.",
    "verb": "The members share no verb.",
    "object": "The members share no object.",
    "context": "What the members share makes no sentence without what sets them apart.",
    "lint": "What the members share does not make a statement that passes the checks.",
}
