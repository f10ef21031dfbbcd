"""What cards stand on: how many interviews speak for and against each, and how its links stand today.

A dozen queries, however many cards there are. Whatever is in the trash, or whose consent was withdrawn,
speaks no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from jobs.models import Evidence
from jobs.queries.said import Said, said_by_quote
from strategy.grounds import (
    AGAINST,
    GONE,
    MEMBERS,
    THERE,
    UNRANKED,
    Change,
    changes,
    ids,
    in_words,
    job_stands,
    words_stand,
)
from strategy.models import Canvas, Card
from strategy.queries.evidence import quotes_of, spoken
from studies.models import Study

Piece = str  # "element:12" or "quote:3"


@dataclass(frozen=True)
class Behind:
    """Pieces of evidence for and against, each with its interview."""

    supports: Mapping[Piece, int] = field(default_factory=dict)
    contradicts: Mapping[Piece, int] = field(default_factory=dict)


@dataclass
class Link:
    """One thing that cards are linked to: what is behind it, and its picture (grounds.py)."""

    behind: Behind
    picture: dict[str, str]


@dataclass(frozen=True)
class Ground:
    """What one card stands on."""

    supports: dict[Piece, int]
    contradicts: dict[Piece, int]
    picture: dict[str, str]
    changed: list[Change]

    def facts(self) -> dict[str, Any]:
        """Interviews for and against, pieces in all, and what has changed."""
        told = in_words(self.changed)
        return {
            "supports": len(set(self.supports.values())),
            "contradicts": len(set(self.contradicts.values())),
            "quotes": len(self.supports.keys() | self.contradicts.keys()),
            "changed": [{"kind": kind, "words": words} for kind, words in told.items()],
        }


def grounds(canvas: Canvas, **only: Any) -> dict[int, Ground]:
    """By card; `only` narrows them down. Those that are linked to nothing, and never were, have no entry."""
    seen = dict(canvas.cards.filter(**only).order_by().values_list("pk", "seen"))
    found = _Links(canvas, seen if only else None)
    cards = {pk for pk in seen if seen[pk] or pk in found.of_card}
    return {pk: _ground(found, found.of_card.get(pk, []), seen[pk]) for pk in cards}


def ground_of(card: Card) -> Ground:
    return grounds(card.canvas, pk=card.pk).get(card.pk) or Ground({}, {}, {}, [])


def pictures(canvas: Canvas, cards: Collection[int]) -> dict[int, dict[str, str]]:
    """Card -> how its links stand today."""
    found = _Links(canvas, cards)
    return {card: _picture(found, links) for card, links in found.of_card.items()}


def _ground(found: _Links, links: Iterable[str], seen: Mapping[str, str]) -> Ground:
    supports: dict[Piece, int] = {}
    contradicts: dict[Piece, int] = {}
    for link in links:
        supports |= found.links[link].behind.supports
        contradicts |= found.links[link].behind.contradicts
    picture = _picture(found, links)
    return Ground(supports, contradicts, picture, changes(seen, picture))


def _picture(found: _Links, links: Iterable[str]) -> dict[str, str]:
    return {key: stands for link in links for key, stands in found.links[link].picture.items()}


# --- reading ------------------------------------------------------------------------------------------
OF_ELEMENT = spoken("element__interview") & Q(element__deleted_at=None)
OF_QUOTE = spoken("quote__transcript__interview")


class _Links:
    """Everything that the cards of one canvas (or some of them) are linked to."""

    def __init__(self, canvas: Canvas, cards: Collection[int] | None = None) -> None:
        self.study: Study = canvas.study
        self.on: dict[str, Any] = {"card__canvas": canvas, "card__deleted_at": None}
        if cards is not None:
            self.on = {"card__in": list(cards)}
        self.of_card: dict[int, list[str]] = defaultdict(list)
        said = self._elements() | self._quotes()
        jobs, clusters = self._jobs(), self._clusters()
        self.evidence = _Evidence(self.study, said, jobs, clusters)
        self.links: dict[str, Link] = {}
        self._add_said(said)
        self._add_jobs(jobs)
        self._add_clusters(clusters)

    def _elements(self) -> dict[str, tuple[int, str]]:
        """Link -> interview, and how it stands."""
        rows = Card.elements.through.objects.filter(**self.on)
        alive = set(rows.filter(OF_ELEMENT).values_list("element_id", flat=True))
        names = ("element__interview_id", "element__quote__text", "element__verbatim")
        found = {}
        for card, pk, interview, text, verbatim in rows.values_list("card_id", "element_id", *names):
            self.of_card[card].append(f"element:{pk}")
            found[f"element:{pk}"] = (interview, words_stand(text or verbatim) if pk in alive else GONE)
        return found

    def _quotes(self) -> dict[str, tuple[int, str]]:
        rows = Card.quotes.through.objects.filter(**self.on)
        alive = set(rows.filter(OF_QUOTE).values_list("quote_id", flat=True))
        names = ("quote__transcript__interview_id", "quote__text")
        found = {}
        for card, pk, interview, text in rows.values_list("card_id", "quote_id", *names):
            self.of_card[card].append(f"quote:{pk}")
            found[f"quote:{pk}"] = (interview, words_stand(text) if pk in alive else GONE)
        return found

    def _jobs(self) -> dict[int, bool]:
        """Linked job -> whether it is there."""
        rows = Card.jobs.through.objects.filter(**self.on)
        found = {}
        for card, pk, deleted in rows.values_list("card_id", "job_id", "job__deleted_at"):
            self.of_card[card].append(f"job:{pk}")
            found[pk] = deleted is None
        return found

    def _clusters(self) -> dict[int, tuple[bool, int | None]]:
        """Linked group -> whether it is there, and its general job."""
        rows = Card.clusters.through.objects.filter(**self.on)
        names = ("jobcluster__deleted_at", "jobcluster__general_id")
        found = {}
        for card, pk, deleted, general in rows.values_list("card_id", "jobcluster_id", *names):
            self.of_card[card].append(f"cluster:{pk}")
            found[pk] = (deleted is None, general)
        return found

    def _add_said(self, said: Mapping[str, tuple[int, str]]) -> None:
        """A piece speaks for its card; what contradicts the jobs that stand on it speaks against."""
        for link, (interview, stands) in said.items():
            supports = {} if stands == GONE else {link: interview}
            jobs = self.evidence.jobs_on[link]
            self.links[link] = self._link(link, stands, supports, jobs)

    def _add_jobs(self, jobs: Mapping[int, bool]) -> None:
        places = _places(self.study) if jobs else {}
        for pk, there in jobs.items():
            link, all_of = f"job:{pk}", self.evidence.with_members(pk) if there else []
            stands = places.get(pk, UNRANKED) if there else GONE
            found = self._link(link, stands, self.evidence.of("supports", all_of), all_of)
            self.links[link] = found
            if there:
                found.picture[link + MEMBERS] = ids(self.evidence.members[pk])

    def _add_clusters(self, clusters: Mapping[int, tuple[bool, int | None]]) -> None:
        for pk, (there, general) in clusters.items():
            link, members = f"cluster:{pk}", self.evidence.in_cluster[pk]
            all_of = [*members, *([general] if general else [])] if there else []
            stands = THERE if there else GONE
            found = self._link(link, stands, self.evidence.of("supports", all_of), all_of)
            self.links[link] = found
            if there:
                found.picture[link + MEMBERS] = ids(members)

    def _link(self, link: str, stands: str, supports: Mapping[Piece, int], jobs: Iterable[int]) -> Link:
        against = [] if stands == GONE else list(jobs)
        picture = {link: stands}
        if rows := self.evidence.rows_against(against):
            picture[link + AGAINST] = ids(rows)
        return Link(Behind(supports, self.evidence.of("contradicts", against)), picture)


class _Evidence:
    """What ties the linked jobs, and the jobs that stand on linked words, to what customers said."""

    def __init__(
        self,
        study: Study,
        said: Iterable[str],
        jobs: Iterable[int],
        clusters: Mapping[int, tuple[bool, int | None]],
    ) -> None:
        self.study = study
        self.jobs_on = self._jobs_on(said)
        self.in_cluster = self._in_clusters(clusters)
        generals = {general for _, general in clusters.values() if general}
        self.members = self._members({*jobs, *generals})
        wanted = {*jobs, *generals, *(job for found in self.jobs_on.values() for job in found)}
        for found in (*self.members.values(), *self.in_cluster.values()):
            wanted |= set(found)
        self.pieces: dict[str, dict[int, dict[Piece, int]]] = {name: {} for name in Evidence.Polarity.values}
        self.against: dict[int, set[int]] = defaultdict(set)
        self._read(wanted)

    def _jobs_on(self, said: Iterable[str]) -> dict[str, set[int]]:
        """Link to words -> the jobs that they support, and the general ones above."""
        found: dict[str, set[int]] = defaultdict(set)
        chosen = Q(element__in=_ids(said, "element")) | Q(quote__in=_ids(said, "quote"))
        rows = self.study.evidence.filter(chosen, polarity="supports", job__deleted_at=None)
        names = ("element_id", "quote_id", "job_id", "job__general_id")
        for element, quote, job, general in rows.values_list(*names):
            link = f"element:{element}" if element else f"quote:{quote}"
            found[link] |= {job, general} - {None}
        return found

    def _in_clusters(self, clusters: Iterable[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        rows = self.study.clustermembers.filter(cluster__in=clusters, proposed=False, job__deleted_at=None)
        for cluster, job in rows.order_by().values_list("cluster_id", "job_id"):
            found[cluster].append(job)
        return found

    def _members(self, generals: Iterable[int]) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for general, job in (
            self.study.jobs.filter(general__in=generals).order_by().values_list("general_id", "pk")
        ):
            found[general].append(job)
        return found

    def _read(self, jobs: Iterable[int]) -> None:
        rows = self.study.evidence.filter(OF_ELEMENT | OF_QUOTE, job__in=jobs, job__deleted_at=None)
        names = ("element__interview_id", "quote__transcript__interview_id")
        for pk, job, polarity, element, quote, *where in rows.order_by().values_list(
            "pk", "job_id", "polarity", "element_id", "quote_id", *names
        ):
            piece = f"element:{element}" if element else f"quote:{quote}"
            self.pieces[polarity].setdefault(job, {})[piece] = where[0] or where[1]
            if polarity == Evidence.Polarity.CONTRADICTS:
                self.against[job].add(pk)

    def with_members(self, job: int) -> list[int]:
        return [job, *self.members[job]]

    def of(self, polarity: str, jobs: Iterable[int]) -> dict[Piece, int]:
        by_job = self.pieces[polarity]
        return {piece: where for job in jobs for piece, where in by_job.get(job, {}).items()}

    def rows_against(self, jobs: Iterable[int]) -> set[int]:
        return {pk for job in jobs for pk in self.against.get(job, ())}


def _ids(links: Iterable[str], sort: str) -> list[int]:
    return [int(link.partition(":")[2]) for link in links if link.startswith(f"{sort}:")]


def _places(study: Study) -> dict[int, str]:
    """Job -> how it stands in the newest ranking that was kept."""
    ranking = study.priorities.first()
    return {
        row["job"]: job_stands(row["rank"], row.get("rank_low"), row.get("rank_high"), row.get("tie"))
        for row in (ranking.rows if ranking else [])
    }


# --- one card in words --------------------------------------------------------------------------------
MOST_SHOWN = 60


@dataclass(frozen=True)
class Shown:
    """What a page says of a card's evidence; `more` pieces are not shown for length."""

    supports: list[Said]
    contradicts: list[Said]
    more: int
    interviews: tuple[int, int]
    changed: list[tuple[str, str]]  # in words, and what it is about


def shown(card: Card) -> Shown:
    ground = ground_of(card)
    supports = said(card.study, ground.supports)
    contradicts = said(card.study, ground.contradicts)
    more = max(0, len(supports) - MOST_SHOWN) + max(0, len(contradicts) - MOST_SHOWN)
    facts = ground.facts()
    names = _named(card.study, {change.link for change in ground.changed})
    return Shown(
        supports[:MOST_SHOWN],
        contradicts[:MOST_SHOWN],
        more,
        (facts["supports"], facts["contradicts"]),
        [(change.words, names.get(change.link, "")) for change in ground.changed],
    )


def said(study: Study, pieces: Iterable[Piece]) -> list[Said]:
    elements = quotes_of(study.elements.filter(pk__in=_ids(pieces, "element")))
    quotes = study.quotes.filter(pk__in=_ids(pieces, "quote")).order_by("transcript", "start")
    people = quotes.select_related("transcript__interview__participant").defer("transcript__text")
    return elements + [said_by_quote(quote) for quote in people]


def _named(study: Study, links: Collection[str]) -> dict[str, str]:
    """Whose words, or which job or group, also of what is gone; never the words themselves."""
    who = "interview__participant__pseudonym"
    rows = {
        "element": study.elements(manager="with_trash").values_list("pk", who),
        "quote": study.quotes.values_list("pk", f"transcript__{who}"),
        "job": study.jobs(manager="with_trash").values_list("pk", "statement"),
        "cluster": study.jobclusters(manager="with_trash").values_list("pk", "name"),
    }
    return {
        f"{sort}:{pk}": name
        for sort, found in rows.items()
        for pk, name in found.order_by().filter(pk__in=_ids(links, sort))
    }
