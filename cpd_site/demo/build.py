"""Builds the demo study through the same actions as the pages, from the files beside this module.

One builder for teaching, browser tests and benchmarks: `copies` multiplies the interviews with varied words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.http import QueryDict

from cpd_site.demo.reviews import add_reviews
from cpd_site.demo.strategy import hold_workshop
from cpd_site.demo.surveys import add_surveys
from cpd_site.demo.vary import varied
from interviews.actions.codes import add_code, give_code
from interviews.actions.elements import add_elements
from interviews.actions.guide import add_default_guide
from interviews.actions.interviews import create_interview
from interviews.actions.live import set_asked, set_coverage
from interviews.actions.participants import add_participant
from interviews.actions.quotes import add_quote
from interviews.actions.transcripts import import_draft, read_upload
from interviews.models import Element, Interview, Participant
from jobs.actions.business import set_business
from jobs.actions.clusters import accept_cluster, make_cluster
from jobs.actions.grouping import start_clustering
from jobs.actions.pins import pin_jobs
from jobs.actions.priorities import comment, decide, ranking, rate, set_goals, set_weights
from jobs.actions.scenarios import save_scenario
from jobs.actions.snapshots import approve_ranking
from jobs.actions.statements import add_job, dismiss_warning, move_job, serve_also
from jobs.models import Job
from jobs.queries.priorities import known as everything_known
from jobs.queries.whatif import base_of, read_state
from strategy.actions.canvases import open_canvas
from strategy.actions.cards import add_card, agree_card
from strategy.actions.comments import add_comment, set_resolved
from strategy.actions.loops import close_loop, next_loop
from strategy.actions.readings import add_reading
from strategy.actions.tracker import add_action, answer_check, set_status
from strategy.actions.versions import name_version
from strategy.models import Action
from strategy.seats import member_seat
from studies.access import StudyAccess, open_study
from studies.actions.people import accept_invitation, digest_of, invite
from studies.actions.studies import create_study
from studies.tasks import execute_run

HERE = Path(__file__).parent
Report = Callable[[str], None]
# what an action's line in study.json holds besides the keyword arguments of add_action
DAYS = {"due_on", "kpi_by", "started_on"}
APART = DAYS | {"card", "title", "phase", "lane", "elements", "owner", "check", "status"}
APART |= {"readings", "close", "next"}


@dataclass
class Demo:
    """What has been built so far, by the keys of the files."""

    plan: dict[str, Any]
    people: dict[str, StudyAccess] = field(default_factory=dict)
    elements: dict[str, Element] = field(default_factory=dict)
    jobs: dict[str, list[Job]] = field(default_factory=dict)  # slug of the general job -> individual jobs
    general: dict[str, Job] = field(default_factory=dict)

    @property
    def owner(self) -> StudyAccess:
        return self.people["lena"]

    @property
    def researcher(self) -> StudyAccess:
        return self.people["jonas"]


def build(*, password: str, copies: int = 1, report: Report = lambda line: None) -> StudyAccess:
    """The whole demo study; returns its owner's access. Takes about 3 s a copy."""
    demo = Demo(json.loads((HERE / "study.json").read_text()))
    _people(demo, password)
    add_default_guide(demo.owner)
    for copy in range(copies):
        for path in sorted((HERE / "interviews").glob("*.json")):
            _interview(demo, path, copy, copies)
        report(f"{demo.owner.study.interviews.count()} interviews")
    _codebook(demo)
    _planned(demo)
    if copies == 1:
        _first_look(demo)
    _generalise(demo)
    _pin(demo)
    _judge(demo)
    add_surveys(demo.people, demo.general)
    for canvas in demo.plan["canvases"]:
        _canvas(demo, canvas)
    add_reviews(demo.researcher, demo.general)
    start_clustering(demo.researcher)
    return demo.owner


def _people(demo: Demo, password: str) -> None:
    """The owner founds the study; the others come in by invitation, as people do."""
    users = {person["key"]: _user(person, password) for person in demo.plan["people"]}
    facts = {name: demo.plan[name] for name in ("question", "switch", "sample_frame", "sample_size")}
    founder = create_study(users["lena"], name=demo.plan["name"], bare=True, **facts)
    demo.people["lena"] = founder
    for person in demo.plan["people"][1:]:
        _, token = invite(founder, role=person["role"], note=person["name"])
        accept_invitation(users[person["key"]], digest=digest_of(token))
        demo.people[person["key"]] = open_study(users[person["key"]], founder.study.slug)


def _user(person: dict[str, str], password: str) -> Any:
    users = get_user_model().objects
    if known := users.filter(email=person["email"]).first():
        return known
    user = users.create_user(person["key"], person["email"], password, first_name=person["name"])
    # No mail comes to these addresses, so nobody could confirm them
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _interview(demo: Demo, path: Path, copy: int, copies: int) -> None:
    """One talk with everything coded in it. In a multiplied study each item comes twice, worded anew."""
    plan = json.loads(path.read_text())
    access, change = demo.researcher, varied(copy)
    person = _participant(access, plan, f" {copy + 1}" if copy else "")
    interview = _held(access, person, plan, change)
    transcript = _transcript(access, interview, path.with_suffix(".txt"), change)
    rows = [_row(access, transcript, item, change) for item in plan["elements"]]
    made = add_elements(access, interview=interview, rows=rows)
    found = {item["key"]: element for item, element in zip(plan["elements"], made, strict=True)}
    if copies > 1:
        again = varied(copy + copies)
        add_elements(access, interview=interview, rows=[_echo(item, again) for item in plan["elements"]])
    _cover(access, interview, plan, found)
    for job in plan["jobs"] * (2 if copies > 1 else 1):
        _job(demo, access, interview, job, found, change)
    if not copy:
        demo.elements |= found


def _held(
    access: StudyAccess, person: Participant, plan: dict[str, Any], change: Callable[[str], str]
) -> Interview:
    about = {name: change(plan[name]) for name in ("higher_purpose", "hired", "fired")}
    on = date.fromisoformat(plan["held_on"])
    return create_interview(access, participant=person, held_on=on, state="evaluated", **about)


def _participant(access: StudyAccess, plan: dict[str, Any], suffix: str) -> Participant:
    on = plan["consent_on"]
    return add_participant(
        access,
        pseudonym=plan["pseudonym"] + suffix,
        segment=plan["segment"],
        tags=plan["tags"],
        consent=plan["consent"],
        consent_on=date.fromisoformat(on) if on else None,
    )


def _transcript(access: StudyAccess, interview: Interview, path: Path, change: Callable[[str], str]) -> Any:
    text = change(path.read_text())
    draft = read_upload(access, data=text.encode(), filename=path.name)
    roles = {speaker["label"]: "participant" for speaker in draft.speakers} | {"Interviewer": "interviewer"}
    return import_draft(access, draft=draft, interview=interview, roles=roles)


def _row(
    access: StudyAccess, transcript: Any, item: dict[str, Any], change: Callable[[str], str]
) -> dict[str, Any]:
    """The keyword arguments of add_element for one line of the file, its words found in the transcript."""
    row = {name: value for name, value in item.items() if name not in {"key", "quote"}}
    row["note"] = change(item["note"])
    if words := change(item["quote"]):
        start = transcript.text.index(words)
        quote = add_quote(access, transcript=transcript, start=start, end=start + len(words))
        row |= {"quote": quote, "at_ms": quote.start_ms}
    return row


def _echo(item: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """The same item as a second note-taker would have put it: a paraphrase without a quote."""
    kept = ("kind", "phase", "substage", "intensity", "grade", "dimensions")
    return {name: item[name] for name in kept} | {"note": change(item["note"])}


def _cover(
    access: StudyAccess, interview: Interview, plan: dict[str, Any], found: dict[str, Element]
) -> None:
    """Prompts count as asked where their element was captured or asked about in vain."""
    kinds = {element.kind for element in found.values()} | set(plan["asked_nothing"])
    prompts = access.study.guide.filter(element__in=kinds).values_list("pk", flat=True)
    set_asked(access, interview=interview, prompts=dict.fromkeys(prompts, True))
    set_coverage(access, interview=interview, asked=dict.fromkeys(plan["asked_nothing"], True))


def _job(
    demo: Demo,
    access: StudyAccess,
    interview: Interview,
    plan: dict[str, Any],
    found: dict[str, Element],
    change: Callable[[str], str],
) -> None:
    fields = {name: plan[name] for name in ("pattern", "level", "dimensions")}
    job = add_job(
        access,
        statement=change(plan["statement"]),
        interview=interview,
        supports=tuple(found[key] for key in plan["supports"]),
        contradicts=tuple(found[key] for key in plan["contradicts"]),
        **fields,
    )
    demo.jobs.setdefault(plan["general"], []).append(job)


def _codebook(demo: Demo) -> None:
    """What the team's own words are about, beside the twelve elements."""
    for plan in demo.plan["codes"]:
        code = add_code(demo.researcher, name=plan["name"], description=plan["description"])
        for element in _elements(demo, plan["elements"]):
            give_code(demo.researcher, element=element, code=code)


def _planned(demo: Demo) -> None:
    """People who have agreed to nothing yet, and one interview to be held live."""
    people = {plan["pseudonym"]: _participant(demo.researcher, plan, "") for plan in demo.plan["planned"]}
    create_interview(demo.researcher, participant=people[demo.plan["live"]["pseudonym"]])


def _first_look(demo: Demo) -> None:
    """Everything grouped before anybody decided: the next run tells what changed since."""
    run = start_clustering(demo.researcher)
    execute_run(run.pk)


def _pin(demo: Demo) -> None:
    jobs = {job.statement: job for group in demo.jobs.values() for job in group}
    for plan in demo.plan["pins"]:
        pair = {"one": jobs[plan["one"]], "other": jobs[plan["other"]]}
        pin_jobs(demo.people[plan["by"]], kind=plan["kind"], reason=plan["reason"], **pair)


def _generalise(demo: Demo) -> None:
    """What the team decided; the rest is left to the run, so that the board has something to decide."""
    access, purpose = demo.researcher, demo.plan["purpose"]
    facts = {name: purpose[name] for name in ("statement", "level", "dimensions", "rationale")}
    supports = tuple(demo.elements[key] for key in purpose["supports"])
    demo.general["purpose"] = add_job(access, scope=Job.Scope.GENERALISED, supports=supports, **facts)
    for plan in demo.plan["general"]:
        group = make_cluster(access, name=plan["statement"], jobs=demo.jobs[plan["slug"]])
        general = accept_cluster(
            access, cluster=group, statement=plan["statement"], rationale=plan["rationale"]
        )
        demo.general[plan["slug"]] = move_job(access, job=general, parent=demo.general[plan["under"]])
        for rule, reason in plan.get("dismiss", {}).items():
            dismiss_warning(access, job=general, rule=rule, reason=reason)
    for lower, upper in demo.plan["serves_also"]:
        serve_also(access, job=demo.general[lower], other=demo.general[upper])


def _judge(demo: Demo) -> None:
    """The board approved a first ranking; afterwards the weights changed, and the pages tell against it."""
    set_goals(demo.owner, goals=demo.plan["goals"])
    for slug, by_person in demo.plan["ratings"].items():
        for person, values in by_person.items():
            for criterion, value in values.items():
                rate(demo.people[person], job=demo.general[slug], criterion=criterion, value=value)
    _size(demo)
    set_weights(demo.owner, **demo.plan["first_weights"])
    approved = demo.plan["snapshot"]
    approve_ranking(demo.people[approved["by"]], name=approved["name"], note=approved["note"])
    set_weights(demo.owner, **demo.plan["weights"])
    _what_if(demo)
    for plan in demo.plan["comments"]:
        comment(demo.people[plan["by"]], job=demo.general[plan["job"]], text=plan["text"])
    for plan in demo.plan["approvals"]:
        job = demo.general[plan["job"]]
        decide(demo.people[plan["by"]], job=job, decision=plan["decision"], note=plan["note"])


def _size(demo: Demo) -> None:
    for plan in demo.plan["business"]:
        ends = {
            f"{name}_{end}": value
            for name, pair in plan["ranges"].items()
            for end, value in zip(("low", "high"), pair, strict=True)
        }
        job = demo.general[plan["job"]]
        set_business(demo.people[plan["by"]], job=job, ranges=ends, reason=plan["reason"])


def _what_if(demo: Demo) -> None:
    known = everything_known(demo.owner.study)
    base = base_of(demo.owner.study, known, ranking(demo.owner, known=known))
    for plan in demo.plan["scenarios"]:
        state = read_state(QueryDict(plan["query"]), base.weights, base)
        save_scenario(demo.people[plan["by"]], name=plan["name"], note=plan["note"], state=state)


def _canvas(demo: Demo, plan: dict[str, Any]) -> None:
    access = demo.people["deniz"]
    canvas = open_canvas(access, job=demo.general[plan["job"]])
    cards = {card["key"]: _card(demo, access, canvas, card) for card in plan["cards"]}
    for line in plan["actions"]:
        _action(demo, access, canvas, cards, line)
    for line in plan.get("comments", []):
        _comment(demo, cards[line["card"]], line)
    if name := plan.get("version"):
        name_version(access, canvas=canvas, name=name)
    if "workshop" in plan:
        hold_workshop(demo.people, canvas, cards, plan["workshop"])


def _comment(demo: Demo, card: Any, plan: dict[str, Any]) -> None:
    """One that `resolves` settles what was said before it."""
    seat = member_seat(demo.people[plan["by"]].user, card.canvas_id)
    assert seat is not None  # noqa: S101  the cast of the demo is in its study
    said = list(card.comments.filter(resolved_at=None))
    add_comment(seat, card=card, text=plan["text"])
    for row in said if plan.get("resolves") else []:
        set_resolved(seat, comment=row, resolved=True)


def _elements(demo: Demo, keys: list[str]) -> list[Element]:
    return [demo.elements[key] for key in keys]


def _card(demo: Demo, access: StudyAccess, canvas: Any, plan: dict[str, Any]) -> Any:
    place = {name: plan[name] for name in ("phase", "lane", "text")}
    card = add_card(
        access,
        canvas=canvas,
        kind=plan.get("kind", "idea"),
        elements=_elements(demo, plan.get("elements", [])),
        links=[f"job:{demo.general[slug].pk}" for slug in plan.get("jobs", [])],
        **place,
    )
    return agree_card(access, card=card) if plan.get("agreed") else card


def _action(
    demo: Demo, access: StudyAccess, canvas: Any, cards: dict[str, Any], plan: dict[str, Any]
) -> None:
    days = {name: date.fromisoformat(plan[name]) for name in DAYS if name in plan}
    action = add_action(
        access,
        canvas=canvas,
        title=plan["title"],
        phase=plan["phase"],
        lane=plan["lane"],
        card=cards.get(plan["card"]),
        elements=_elements(demo, plan["elements"]) if "elements" in plan else None,
        owner=demo.people[plan["owner"]].user,
        **days,
        **{name: value for name, value in plan.items() if name not in APART},
    )
    if check := plan.get("check"):
        _answer(demo, action, check)
    if plan["status"] != "idea":
        set_status(access, action=action, status=plan["status"])
    _loop(access, action, plan)


def _answer(demo: Demo, action: Action, check: dict[str, Any]) -> None:
    """By somebody with a say in the canvas: what a reviewer says is written down by the owner."""
    said_by = demo.people[check["by"]]
    judge = said_by if said_by.may("edit_canvas") else demo.owner
    answer_check(judge, action=action, welcomed=check["welcomed"], note=check["note"])


def _loop(access: StudyAccess, action: Action, plan: dict[str, Any]) -> None:
    """What its KPI said week by week, how its loop ended, and the next one."""
    for on, value, note in plan.get("readings", []):
        add_reading(access, action=action, on=date.fromisoformat(on), value=value, note=note)
    if "close" in plan:
        close_loop(access, action=action, **plan["close"])
    if after := plan.get("next"):
        on = date.fromisoformat(after["due_on"])
        next_loop(access, action=action, title=after["title"], change=after["change"], due_on=on)
