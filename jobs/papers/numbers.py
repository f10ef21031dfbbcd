"""The numbers of a board paper, each with a note on what it is counted from and the day. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from interviews.kinds import FORCES
from jobs.papers.tree import Figure, Material
from jobs.standing import DIRECTIONAL_BELOW, Standing, amount, are_few, everybody, few_in, rounded
from studies.counting import counted, joined

CRITERIA = {
    "prevalence": "Heard in interviews",
    "opportunity": "Opportunity",
    "struggle": "Struggle",
    "business": "Business potential",
    "fit": "Strategic fit",
    "feasibility": "Feasibility",
}
NOUNS = {
    "prevalence": "how often it was heard",
    "opportunity": "the opportunity",
    "struggle": "the struggle",
    "business": "the business potential",
    "fit": "the strategic fit",
    "feasibility": "the feasibility",
}
METHODS = {
    "mean": "the mean of the ratings, 10 × (mean − 1) ÷ 4",
    "top_two_box": "the share of 4s and 5s, times 10",
}
LEANS = {"promoting": "towards a change", "blocking": "against a change", "even": "even"}


class Notes:
    """Gives each note of a part its mark, counted from 1; the same note keeps its mark."""

    def __init__(self, material: Material) -> None:
        self.interviews_in_all = counted(material.n, "interview")
        self.everybody = everybody(material.n, material.standings)
        self.on = day(material.on)
        self.texts: list[str] = []

    def figure(self, text: str, why: str, of: str = "") -> Figure:
        """`of`: what it is counted from, where that is not the interviews."""
        note = f"{why} n = {of or self.interviews_in_all}, {self.on}."
        if note not in self.texts:
            self.texts.append(note)
        return Figure(text, self.texts.index(note) + 1)

    def interviews(self) -> Figure:
        why = "Interviews in which anything was captured, or from which a job was written."
        return self.figure(self.interviews_in_all, why)

    def done(self) -> tuple[str, ...]:
        return tuple(self.texts)


def day(when: date) -> str:
    return f"{when.day} {when:%B %Y}"


@dataclass(frozen=True)
class Numbers:
    """One job's figures, noted in one part."""

    row: Standing
    notes: Notes
    draws: int

    def place(self) -> Figure:
        why = f"Rank by score; the interval holds 90 % of the ranks in {self.draws:,} simulated repetitions."
        return self.notes.figure(self.row.place, why, self.notes.everybody)

    def top3(self) -> Figure:
        if not self.row.top3:
            return self.notes.figure(
                "all", "No more than three jobs are ranked: each is among the first three."
            )
        why = f"Share of {self.draws:,} simulated repetitions with the job among the first three."
        return self.notes.figure(self.row.top3, why, self.notes.everybody)

    def score(self) -> Figure:
        why = "Score 0 to 100: weighted mean of the criteria that are known; what is missing is left out."
        return self.notes.figure(self.row.score, why, self.notes.everybody)

    def points(self, text: str) -> Figure:
        """Of the score or a part of it, with what each part is counted from."""
        why = "Points of the score: weight × criterion ÷ weights that are known; what is missing is left out."
        bases = [(counted(*self.row.basis(name)), name) for name in self.row.under("contributions")]
        return self.notes.figure(
            text, why, ", ".join(f"{base} for {NOUNS.get(name, name)}" for base, name in bases)
        )

    def heard(self, *, interval: bool = True) -> Figure:
        """`interval`: with its ends, where they do not stand apart."""
        text = f"{self.row.heard} ({self.row.interval})" if interval else self.row.heard
        why = "Interviews that hold the job, with the Wilson 95 % interval for people recruited like these."
        return self.notes.figure(text, why)

    def evidence(self) -> Figure:
        text = f"{self.row.whole('supporting')} for, {self.row.whole('contradicting')} against"
        return self.notes.figure(text, "Pieces of evidence that the team tied to the job.")

    def struggle(self) -> Figure | None:
        mean = self.row.number("struggle.0")
        if mean is None:
            return None
        why = "Mean intensity of the pushes, 0 to 4, as the researchers judged it."
        return self.notes.figure(f"{rounded(mean)} of 4", why, counted(*self.row.basis("struggle")))

    def lean(self) -> Figure | None:
        word = LEANS.get(self.row.word("balance.lean"))
        rated = self.row.under("forces")
        unrated = [force for force in FORCES if force not in rated]
        but = f" Nobody rated {joined(unrated)}." if rated and unrated else ""
        why = "Push and pull against anxiety and habit, mean intensities 0 to 4: a direction, not a length."
        n = self.row.whole("balance.n") or self.row.k  # approvals of before did not count them apart
        return self.notes.figure(word, why + but + self._leans(), counted(n, "interview")) if word else None

    def _leans(self) -> str:
        leans = self.row.under("balance.leans")  # approvals of before did not count them
        ways = [f"{words} in {leans[lean]:.0f}" for lean, words in LEANS.items() if lean in leans]
        return f" By interview: {joined(ways)}." if ways else ""

    def opportunity(self) -> Figure | None:
        if not self.row.opportunity:
            return None
        method = METHODS.get(self.row.word("method") or "mean", "")
        why = f"Opportunity 0 to 20: I + max(I − S, 0) after Ulwick, on {method}; {_source(self.row)}."
        return self.notes.figure(self.row.opportunity, why, self.row.asked_of)

    def worth(self) -> Figure | None:
        """Expected contribution a year, with the ends of what was declared."""
        low, expected, high = (self.row.number(f"worth.{place}") for place in range(3))
        if low is None or expected is None or high is None:
            return None
        why = "Performers × reach × (worth − cost) a year, from ranges that somebody stands for."
        amounts = f"{amount(expected)} ({amount(low)} to {amount(high)})"
        text = f"{self.row.word('currency')} {amounts}".strip()
        return self.notes.figure(text, why, "1 declaration")

    def rated(self, criterion: str) -> Figure | None:
        value = self.row.number(f"values.{criterion}")
        raters = self.row.whole(f"raters.{criterion}")
        if value is None or not raters:
            return None
        why = f"{CRITERIA[criterion]}, 0 to 4: mean of the colleagues’ ratings."
        return self.notes.figure(f"{rounded(4 * value)} of 4", why, counted(raters, "colleague"))


def _source(row: Standing) -> str:
    if row.word("source") == "survey":
        few = _few(row.under("respondents"))
        return f"rated by survey respondents, who are never counted as interviews{few}"
    return "rated by colleagues, not by customers: a direction only"


def _few(respondents: Mapping[str, float]) -> str:
    if are_few(respondents):
        return f"; under {DIRECTIONAL_BELOW}: a direction only"
    small = joined([f"“{name}”" for name in few_in(respondents)])
    return f"; under {DIRECTIONAL_BELOW} in {small}: a direction only there" if small else ""
