"""The main pages of the demo study, for screenshots and for the accessibility test."""

import sqlite3
from pathlib import Path

SLUG = "the-second-car"
EMAIL = "lena@demo.example"
# page -> address inside the study; {…} is the id that the query below finds
PAGES = {
    "home": "",
    "participants": "participants/",
    "erase": "participants/{participant}/erase/",
    "interviews": "interviews/",
    "guide": "guide/",
    "codes": "codes/",
    "capture": "interviews/{interview}/capture/",
    "wheel": "interviews/{interview}/wheel/",
    "import": "import/",
    "transcript": "transcripts/{transcript}/",
    "suggestions": "suggestions/",
    "verbatims": "verbatims/",
    "verbatim-source": "verbatims/{source}/",
    "verbatim-group": "verbatims/groups/{group}/",
    "jobs": "jobs/",
    "job": "jobs/{general}/",
    "write": "jobs/write/{interview}/",
    "job-map": "jobs/map/",
    "clusters": "clusters/",
    "cluster": "clusters/{cluster}/",
    "decisions": "clusters/decisions/",
    "pin": "clusters/pin/?job={job}",
    "matrix": "clusters/matrix/",
    "together": "clusters/together/",
    "saturation": "clusters/saturation/",
    "priorities": "jobs/priorities/",
    "charts": "jobs/priorities/charts/",
    "charts-contributions": "jobs/priorities/charts/?show=contributions",
    "charts-segments": "jobs/priorities/charts/?show=prevalence",
    "charts-map": "jobs/priorities/charts/?show=map",
    "charts-forces": "jobs/priorities/charts/?show=forces",
    "ratings": "jobs/priorities/ratings/",
    "business": "jobs/priorities/business/",
    "what-if": "jobs/priorities/what-if/",
    "priority": "jobs/priorities/{general}/",
    "papers": "jobs/priorities/paper/",
    "snapshot": "jobs/priorities/approved/{snapshot}/",
    "surveys": "surveys/",
    "survey": "surveys/{closed_survey}/",
    "survey-open": "surveys/{open_survey}/",
    "survey-words": "surveys/{open_survey}/edit/",
    "survey-page": "surveys/{open_survey}/preview/",
    "survey-import": "surveys/import/",
    "journey": "journey/",
    "journey-interview": "journey/{interview}/",
    "canvases": "canvases/",
    "canvas": "canvases/{canvas}/",
    "actions": "actions/",
    "action": "actions/{action}/",
    "activity": "activity/",
    "exports": "exports/",
    "members": "members/",
    "trash": "trash/",
    "settings": "settings/",
}
OUTSIDE = {"sign-in": "/account/login/", "sign-up": "/account/signup/"}
INSIDE_NO_STUDY = {"studies": "/", "new-study": "/new/"}
IDS = {
    "interview": "SELECT interview_id FROM interviews_element GROUP BY 1 ORDER BY count(*) DESC LIMIT 1",
    "participant": "SELECT id FROM interviews_participant ORDER BY id LIMIT 1",
    "transcript": "SELECT id FROM interviews_transcript ORDER BY id LIMIT 1",
    "general": "SELECT general_id FROM jobs_job WHERE general_id > 0 GROUP BY 1 ORDER BY -count(*) LIMIT 1",
    "cluster": "SELECT id FROM jobs_jobcluster WHERE state = 'proposed' ORDER BY id LIMIT 1",
    "job": "SELECT id FROM jobs_job WHERE scope = 'individual' ORDER BY id LIMIT 1",
    "snapshot": "SELECT id FROM jobs_snapshot ORDER BY id LIMIT 1",
    "closed_survey": "SELECT id FROM jobs_survey WHERE state = 'closed' ORDER BY id LIMIT 1",
    "open_survey": "SELECT id FROM jobs_survey WHERE state = 'open' ORDER BY id LIMIT 1",
    "source": "SELECT id FROM jobs_verbatimsource ORDER BY id LIMIT 1",
    "group": "SELECT group_id FROM jobs_verbatimlink ORDER BY id LIMIT 1",
    "canvas": "SELECT id FROM strategy_canvas ORDER BY id LIMIT 1",
    "action": "SELECT id FROM strategy_action ORDER BY id LIMIT 1",
}


def addresses(data_dir: Path) -> dict[str, str]:
    """Page name -> path, in the demo study that lies in `data_dir`."""
    with sqlite3.connect(data_dir / "db.sqlite3") as database:
        ids = {name: database.execute(query).fetchone()[0] for name, query in IDS.items()}
    return INSIDE_NO_STUDY | {name: f"/s/{SLUG}/{path.format(**ids)}" for name, path in PAGES.items()}


def password(data_dir: Path) -> str:
    return (data_dir / "demo-password").read_text().strip()
