"""What has changed behind a card since people last decided about it, told from two pictures. Pure.

A picture is flat, so that a row and an archive can hold it: link -> how it stands, and beside it
"<link> members" and "<link> against" with ids. How a link stands:
    element, quote   "gone", "noted" (no words of a customer), "redacted …" or "words …" with a digest
    job              "gone", "unranked", or "rank low high tie"
    cluster          "gone", or "there"
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GONE, NOTED, UNRANKED, THERE = "gone", "noted", "unranked", "there"
MEMBERS, AGAINST = " members", " against"
REDACTED = re.compile(r"\[[^\]]*\bredacted\b[^\]]*\]|\[(?:…|\.{3}|x+)\]|█|\*{3,}|\bX{3,}\b", re.IGNORECASE)
UNKNOWN = "?"  # how something stood that was gone before anybody looked

Picture = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """`kind`: withdrawn, redacted, reworded, contradicted, fell, unranked, split, gone, regrouped."""

    kind: str
    link: str
    words: str


def words_stand(text: str) -> str:
    """How an element or a quote stands whose words are these."""
    if not text.strip():
        return NOTED
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"redacted {digest}" if REDACTED.search(text) else f"words {digest}"


def job_stands(rank: int | None, low: int | None, high: int | None, tie: int | None) -> str:
    return UNRANKED if rank is None else f"{rank} {low or rank} {high or rank} {tie or rank}"


def ids(numbers: Iterable[int]) -> str:
    return " ".join(str(number) for number in sorted(numbers))


def first_seen(now: Picture) -> dict[str, str]:
    """The picture to begin with, in which links that are gone already count as unknown."""
    return {key: UNKNOWN if state == GONE else state for key, state in now.items()}


def kept_for(links: Iterable[str], then: Picture, now: Picture) -> dict[str, str]:
    """The picture after the links of a card changed: older links as they were known, new ones as they
    stand."""
    found: dict[str, str] = {}
    for link in links:
        source = then if link in then else first_seen(now)
        keys = (link, link + MEMBERS, link + AGAINST)
        found |= {key: source[key] for key in keys if key in source}
    return found


def changes(then: Picture, now: Picture) -> list[Change]:
    """`now` has every link that the card has and that there is; `then` what was known of them."""
    if then == now:  # nearly always
        return []
    found: list[Change] = []
    for link in sorted({key for key in (*then, *now) if " " not in key}):
        if link in then or now.get(link) == GONE:
            found += _of_link(link, then, now)
    return found


def _of_link(link: str, then: Picture, now: Picture) -> list[Change]:
    sort, before, after = link.partition(":")[0], then.get(link, UNKNOWN), now.get(link, GONE)
    if after == GONE:
        return [] if before == GONE else [_gone(sort, link)]
    told = _TOLD[sort](link, then, now) if before != after or sort in {"job", "cluster"} else []
    return told + _against(link, then, now)


def _gone(sort: str, link: str) -> Change:
    if sort in {"element", "quote"}:
        return Change("withdrawn", link, "What a customer said was withdrawn")
    return Change("gone", link, f"A linked {'group' if sort == 'cluster' else 'job'} is gone")


def _said(link: str, then: Picture, now: Picture) -> list[Change]:
    """Words that somebody only noted are no customer's: they may be put better."""
    before, after = then[link], now[link]
    if not before.startswith(("words ", "redacted ")):
        return []
    if after == NOTED or after.startswith("redacted "):
        return [Change("redacted", link, "Words behind it were redacted")]
    return [Change("reworded", link, "Words behind it were changed")]


def _job(link: str, then: Picture, now: Picture) -> list[Change]:
    return _fell(link, then[link], now[link]) + _left(link, then, now)


def _fell(link: str, before: str, after: str) -> list[Change]:
    """A job fell if its rank is now below its former interval, or if the tie rule parts it from the jobs at
    its former place. Anything less the ranking does not tell."""
    if before in {UNRANKED, UNKNOWN, GONE}:
        return []
    rank, low, high, _ = (int(number) for number in before.split())
    was = f"rank {rank} ({low} to {high})"
    if after == UNRANKED:
        return [Change("unranked", link, f"A linked job is no longer ranked; it was {was}")]
    now, _, _, group = (int(number) for number in after.split())
    if now > high or group > rank:
        return [Change("fell", link, f"A linked job fell from {was} to rank {now}")]
    return []


def _left(link: str, then: Picture, now: Picture) -> list[Change]:
    before, after = _ids(then, link + MEMBERS), _ids(now, link + MEMBERS)
    lost = len(before - after)
    said = f"A linked job was split: {lost} of {len(before)} individual jobs left it"
    return [Change("split", link, said)] if lost else []


def _cluster(link: str, then: Picture, now: Picture) -> list[Change]:
    before, after = _ids(then, link + MEMBERS), _ids(now, link + MEMBERS)
    parts = [(len(after - before), "joined"), (len(before - after), "left")]
    said = " and ".join(f"{number} {word}" for number, word in parts if number)
    return [Change("regrouped", link, f"A linked group changed: {said}")] if said else []


def _against(link: str, then: Picture, now: Picture) -> list[Change]:
    more = len(_ids(now, link + AGAINST) - _ids(then, link + AGAINST)) if link in then else 0
    said = "Something new speaks" if more == 1 else f"{more} new pieces of evidence speak"
    return [Change("contradicted", link, f"{said} against it")] if more else []


def _ids(picture: Picture, key: str) -> set[int]:
    return {int(number) for number in picture.get(key, "").split()}


_TOLD = {"element": _said, "quote": _said, "job": _job, "cluster": _cluster}


def in_words(found: Iterable[Change]) -> dict[str, str]:
    """Kind of change -> in words, each sentence once."""
    told: dict[str, list[str]] = {}
    for change in found:
        told.setdefault(change.kind, [])
        if change.words not in told[change.kind]:
            told[change.kind].append(change.words)
    return {kind: "; ".join(words) for kind, words in told.items()}
