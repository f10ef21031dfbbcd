"""Where published sources disagree, and which reading is used here. Shown beside the formulas."""

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
