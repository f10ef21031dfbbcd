"""A job statement read into its verb, its object and its contexts. Pure; English and German.

Crude on purpose: it only has to tell whether the statements of one group say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from jobs.languages import ENGLISH, GERMAN, TEMPLATE, WORD
from jobs.statements.lexicon import (
    ADVERBS,
    CLAUSES,
    CONTEXT,
    DETERMINERS,
    OBJECT_OF,
    OPENINGS,
    PARTICLES,
    VERB_OF,
)

_FUNCTION = (ENGLISH | GERMAN | TEMPLATE) - {"home"}


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


def read_token(text: str, language: str) -> Token:
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


def parse(text: str, language: str) -> Parsed | None:
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
    zone, chunks = _divided([read_token(word, "en") for word in rest], "en")
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
    zone, chunks = _divided([read_token(word, "de") for word in rest], "de")
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
