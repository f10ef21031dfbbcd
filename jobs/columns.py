"""The columns of the ranking: what each number is, whose formula it is, and where sources disagree. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """`falling`: the first click sorts from the highest."""

    key: str
    label: str
    formula: str
    source: str
    falling: bool = True
    scale: str = ""


COLUMNS: tuple[Column, ...] = (
    Column(
        "rank",
        "Rank",
        "Order of the scores. The interval holds 90 % of the ranks in 2,000 repetitions. In each of them "
        "every interview, respondent and colleague gets a random weight, the same for all jobs, and business "
        "ranges a random value. How often a job was heard then varies as Beta(k + ½, N − k + ½).",
        "The Bayesian bootstrap (Rubin 1981) with Jeffreys’ prior; its use for ranks is this project’s.",
        falling=False,
    ),
    Column(
        "top3",
        "In the top 3",
        "Share of the 2,000 repetitions in which the job was among the first three. Of two jobs that are "
        "nearly even, the first can be there less often than the second: its score then leans more on what "
        "varies from repetition to repetition. Where no more than three jobs are ranked, all are there.",
        "This project’s own procedure.",
    ),
    Column("job", "Job", "The generalised statement, in the team’s words.", "The team.", falling=False),
    Column(
        "score",
        "Score",
        "100 × Σ(weight × criterion) ÷ Σ(weight), over the criteria that are known, each on 0 to 1. What is "
        "missing is left out; it never counts as zero.",
        "This project’s own formula.",
    ),
    Column(
        "coverage",
        "Known",
        "Σ(weights of the known criteria) ÷ Σ(all weights). A high score on little is a guess.",
        "This project’s own formula.",
    ),
    Column(
        "prevalence",
        "Heard in",
        "Interviews that hold the job, of all in which anything was captured or from which a job was "
        "written; with the Wilson 95 % interval. The score takes (k + 1) ÷ (N + 2).",
        "Wilson 1927; the point estimate after Laplace, as Lewis and Sauro advise for few observations.",
    ),
    Column(
        "contradicting",
        "Against",
        "Pieces of evidence that the team marked as speaking against the job. Shown, not scored.",
        "The team.",
    ),
    Column(
        "struggle",
        "Struggle",
        "Mean intensity, 0 to 4, of the pushes among the job’s evidence: first within an interview, then "
        "over the interviews. The intensity is the researcher’s judgement, not the customer’s rating.",
        "This project’s own measure.",
        scale="0–4",
    ),
    Column(
        "forces",
        "Forces",
        "(push + pull) − (anxiety + habit), mean intensities over the interviews that hold the job and rated "
        "any force; one that was not heard in an interview counts with 0 there. "
        "Intensities are ordinal: read the direction, not the length.",
        "The inequality is Moesta’s; the arithmetic is this project’s.",
    ),
    Column(
        "opportunity",
        "Opportunity",
        "I + max(I − S, 0), importance and satisfaction on 0 to 10: by the mean method 10 × (mean − 1) ÷ 4, "
        "by the top-two-box method 10 × the share of 4s and 5s. Over 15 extreme, 12 to 15 low-hanging, "
        "10 to 12 worth considering, below 10 unattractive. Respondents of a survey replace colleagues "
        "where they answered. From colleagues, or below 30 respondents, it is a direction only; so it "
        "is for each segment of which fewer answered.",
        "Ulwick’s opportunity algorithm. Some print it multiplied or without max(…, 0): not used here.",
    ),
    Column(
        "business",
        "Business",
        "Performers × reach × (worth − cost) a year, from declared ranges, over the largest upper end in the "
        "study; a loss counts as 0. Where a job has no ranges: the mean of the colleagues’ ratings, 0 to 4.",
        "This project’s own formula; the market (performers × worth) after Strategyn and thrv.",
    ),
    Column(
        "fit",
        "Fit",
        "Mean of the colleagues’ ratings against the written goals, 0 to 4.",
        "Colleagues.",
        scale="0–4",
    ),
    Column(
        "feasibility",
        "Feasibility",
        "Mean of the colleagues’ ratings, 0 to 4. Weight 0 unless you change it: hard jobs should not hide.",
        "Colleagues.",
        scale="0–4",
    ),
)
BY_KEY: Mapping[str, Column] = {column.key: column for column in COLUMNS}

# Where published sources disagree, and which reading is used here; shown beside the formulas
DISAGREEMENTS: dict[str, str] = {
    "Ratings to 0 to 10": (
        "Ulwick counts the share of 4s and 5s (top-two-box); most guides take the mean. The same answers can "
        "land in another region. Both are offered, the mean unless you change it; the method stands beside "
        "every number."
    ),
    "The gap": (
        "Some print I + (I − S) without max(…, 0), one multiplies. Used here: I + max(I − S, 0), so that "
        "overserved jobs keep their importance."
    ),
    "The regions": (
        "Bands from 15 or over 15, and others from 10 and 7, are in print. Used here: over 15 extreme, "
        "12 to 15 low-hanging, 10 to 12 worth considering, below 10 unattractive."
    ),
    "The interval of a share": (
        "Sauro and Lewis advise the adjusted Wald interval for small samples, others Wilson’s. Used here: "
        "Wilson’s, which never leaves 0 to 100 %. The naive Wald interval is never used."
    ),
    "When two jobs are tied": (
        "No source says. Used here: a job is tied with the first of its group while that one is ahead in "
        "fewer than 85 of 100 repetitions."
    ),
}
