"""A general statement proposed for individual ones that belong together, after method.md 2.4. Pure.

What the members share is kept: the class of the verb, the class of the object, and the context that most of
them name. What differs is dropped. Where that leaves nothing honest to say, or what it leaves does not pass
the lint, the member in the middle is proposed instead, and the answer says so. `parse` reads one statement,
`shared_words` says what several share.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jobs.languages import WORD, guess_language
from jobs.statements.grammar import lint
from jobs.statements.lexicon import VERB_OF
from jobs.statements.parse import read_token
from jobs.statements.shared_words import SHARED, Common, Nothing, Why, plain_statement


@dataclass(frozen=True)
class Member:
    statement: str
    pattern: str
    level: str


@dataclass(frozen=True)
class Proposal:
    """`why` is empty for a general statement; else it says why the medoid's words stand there instead."""

    text: str
    common: tuple[Common, ...]
    why: Why = ""


def general_statement(members: Sequence[Member], *, medoid: int) -> Proposal:
    """A general statement for `members`; the one at `medoid` stands for them where none can be made."""
    try:
        text, common = _generalised(members, medoid)
        if lint(text, pattern=_pattern(members), level=members[medoid].level):
            raise Nothing("lint")
    except Nothing as nothing:
        return Proposal(members[medoid].statement, (), nothing.why)
    return Proposal(text, common)


def _generalised(members: Sequence[Member], medoid: int) -> tuple[str, tuple[Common, ...]]:
    if len({member.statement.casefold() for member in members}) < 2:
        raise Nothing("single")
    if len({member.level for member in members}) > 1:
        raise Nothing("levels")
    pattern, language = _pattern(members), _language(members)
    texts = [member.statement for member in members if member.pattern == pattern]
    first = [members[medoid].statement] if members[medoid].pattern == pattern else []
    ordered = first + sorted(text for text in texts if text not in first)
    if pattern == "story":
        return _story(ordered, language)
    if pattern == "outcome":
        return _outcome(ordered, language)
    return plain_statement(ordered, language)


def _pattern(members: Sequence[Member]) -> str:
    """The members' own, or that of most of them."""
    (pattern, count), *_rest = Counter(member.pattern for member in members).most_common()
    if count < SHARED * len(members):
        raise Nothing("patterns")
    return pattern


def _language(members: Sequence[Member]) -> str:
    spoken = {guess_language(member.statement) for member in members} - {""}
    if len(spoken) > 1:
        raise Nothing("languages")
    return spoken.pop() if spoken else "en"


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
        raise Nothing("object")
    way, metric, link = (
        Counter(match[name].casefold() for match in found).most_common()[0]
        for name in ("way", "metric", "link")
    )
    directions = Counter(_is_more(match["way"]) for match in found).most_common()[0][1]
    if min(directions, metric[1]) < SHARED * len(texts) or len({_is_more(m["way"]) for m in found}) > 1:
        raise Nothing("verb")
    rests = [match["rest"] for match in found if match["link"].casefold() == link[0]]
    if not link[0].endswith("to") or len(rests) < max(2, SHARED * len(texts)):
        raise Nothing("object")
    said, common = plain_statement(rests, language)
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
        raise Nothing("patterns")
    want, common = plain_statement([match["want"] for match in found], language)
    when, so = (_clause([match[name] for match in found], language) for name in ("when", "so"))
    return _TOLD[language].format(when, want[:1].lower() + want[1:], so), common


def _clause(clauses: Sequence[str], language: str) -> str:
    """The shortest clause that says nothing but what enough of them say."""
    tokens = [[read_token(word, language) for word in WORD.findall(clause)] for clause in clauses]
    said = [{token.key for token in row if token.is_content} for row in tokens]
    counts = Counter(key for keys in said for key in keys)
    common = {key for key, count in counts.items() if count >= SHARED * len(clauses)}
    plain = [clause for clause, keys in zip(clauses, said, strict=True) if keys and keys <= common]
    if not plain:
        raise Nothing("context")
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
        if count > 1 and (read_token(word, language).is_content or word.casefold() in verbs):
            found.setdefault(word.casefold(), Common(word.casefold() if language == "en" else word, count))
    return tuple(found.values())


def _keys_of(word: str, language: str) -> set[str]:
    return {VERB_OF[language].get(word.casefold(), ""), read_token(word, language).key} - {""}


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
