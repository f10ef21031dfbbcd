"""What cards stand on, each way in which it can change, and what people decide then."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from interviews.models import Consent, Quote
from jobs.actions import clusters
from jobs.actions.evidence import add_evidence
from jobs.actions.statements import trash_job
from jobs.models import ClusterMember, Evidence, JobCluster, Priority
from strategy import grounds as pure
from strategy.actions.cards import add_card, agree_card, edited
from strategy.actions.comments import add_comment, set_resolved
from strategy.actions.decisions import decide
from strategy.actions.room import lock_card
from strategy.actions.rules import StrategyRefused
from strategy.actions.tracker import trash_action
from strategy.actions.workshops import action_from_card
from strategy.document import change_card
from strategy.models import Card
from strategy.queries.facts import _kept
from strategy.queries.facts import cards as card_facts
from strategy.queries.grounds import ground_of
from studies.roles import Role
from tests import factories as make
from tests.strategy.rooms import guest_client, invite, lead


@pytest.fixture
def job(owner: Any) -> Any:
    """A generalised job heard in two interviews, with one piece of evidence each."""
    general = make.make_job(owner.study, scope="generalised", statement="Get everybody where they need to be")
    for _ in range(2):
        interview = make.make_interview(owner.study)
        one = make.make_job(owner.study, interview=interview, general=general)
        make.make_evidence(one, element=make.make_element(interview, verbatim="It was late again."))
    return general


@pytest.fixture
def canvas(job: Any) -> Any:
    return make.make_canvas(job)


def ranked(study: Any, places: dict[int, tuple[int, int, int, int]], digest: str) -> Priority:
    """Job -> rank, low, high, tie group."""
    rows = [
        {"job": pk, "rank": rank, "rank_low": low, "rank_high": high, "tie": tie, "gate": ""}
        for pk, (rank, low, high, tie) in places.items()
    ]
    return Priority.objects.create(study=study, input_digest=digest, weights={}, rows=rows, draws=2000)


def linked(access: Any, canvas: Any, *links: str) -> Card:
    card = add_card(access, canvas=canvas, phase=1, lane="need", text="Lend a bike")
    with edited(access, canvas) as doc:
        change_card(doc, str(card.key), links=frozenset(links))
    card.refresh_from_db()
    return card


def told(card: Card) -> list[str]:
    return [change.kind for change in ground_of(card).changed]


def numbers(card: Card) -> tuple[int, int, int]:
    facts = ground_of(card).facts()
    return facts["supports"], facts["contradicts"], facts["quotes"]


# --- counts -------------------------------------------------------------------------------------------
def test_interviews_are_counted_behind_each_kind_of_link(owner, job, canvas):
    interview = make.make_interview(owner.study)
    quote = make.make_quote(make.make_transcript(interview), "The old van died.")
    element = make.make_element(interview)
    cluster = JobCluster.objects.create(study=owner.study, name="Late", general=job)
    for member in job.members.all():
        ClusterMember.objects.create(study=owner.study, cluster=cluster, job=member)
    against = make.make_element(make.make_interview(owner.study))
    make.make_evidence(job, element=against, polarity="contradicts")

    assert numbers(linked(owner, canvas, f"element:{element.pk}")) == (1, 0, 1)
    assert numbers(linked(owner, canvas, f"quote:{quote.pk}", f"element:{element.pk}")) == (1, 0, 2)
    assert numbers(linked(owner, canvas, f"job:{job.pk}")) == (2, 1, 3)
    assert numbers(linked(owner, canvas, f"cluster:{cluster.pk}")) == (2, 1, 3)
    assert numbers(linked(owner, canvas, f"cluster:{cluster.pk}", f"element:{element.pk}")) == (3, 1, 4)
    assert numbers(linked(owner, canvas)) == (0, 0, 0)


def test_whose_consent_is_withdrawn_speaks_no_more(owner, job, canvas):
    card = linked(owner, canvas, f"job:{job.pk}")
    participant = job.members.first().interview.participant
    participant.consent = Consent.WITHDRAWN
    participant.save(update_fields=["consent"])

    assert numbers(card) == (1, 0, 1)


def test_five_hundred_cards_cost_as_many_queries_as_one(owner, job, canvas):
    linked(owner, canvas, f"job:{job.pk}")
    with CaptureQueriesContext(
        connection,
    ) as one:
        card_facts(canvas)
    cards = [make.make_card(canvas) for _ in range(500)]
    through = Card.jobs.through
    through.objects.bulk_create(through(card_id=card.pk, job_id=job.pk) for card in cards)
    _kept.clear()
    with CaptureQueriesContext(connection) as many:
        card_facts(canvas)

    assert len(many) == len(one) <= 24


def test_what_thirty_pages_ask_for_is_read_once_until_something_happens(owner, job, canvas):
    card = linked(owner, canvas, f"job:{job.pk}")
    card_facts(canvas)
    with CaptureQueriesContext(connection) as again:
        card_facts(canvas)
    assert len(again) == 1

    add_evidence(owner, job=job, element=make.make_element(make.make_interview(owner.study)))
    assert card_facts(canvas)[str(card.key)]["supports"] == 3
    ranked(owner.study, {job.pk: (1, 1, 2, 1)}, "new")
    with CaptureQueriesContext(connection) as anew:
        card_facts(canvas)
    assert len(anew) > len(again)


def test_whatever_somebody_does_to_a_card_all_pages_know_at_once(owner, canvas):
    leader, card = lead(owner, canvas), make.make_card(canvas, kind=Card.Kind.ASSUMPTION)
    told = [card_facts(canvas)[str(card.key)]]

    def note(_done: Any) -> None:
        told.append(card_facts(canvas)[str(card.key)])

    note(lock_card(leader, card=card, locked=True))
    note(agree_card(owner, card=card))
    note(comment := add_comment(leader, card=card, text="Why?"))
    note(set_resolved(leader, comment=comment, resolved=True))
    note(action := action_from_card(owner, card=card))
    note(trash_action(owner, action=action))
    note(lock_card(leader, card=card, locked=False))

    changes = [dict(now.items() - before.items()) for before, now in pairwise(map(hashable, told))]
    assert changes == [
        {"locked": True},
        {"state": "agreed"},
        {"comments": 1, "open_comments": 1},
        {"open_comments": 0},
        {"actions": 1},
        {"actions": 0},
        {"locked": False},
    ]


def hashable(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fact.items() if name != "changed"}


# --- what changes -------------------------------------------------------------------------------------
def test_nothing_has_changed_at_first(owner, job, canvas):
    element = make.make_element(make.make_interview(owner.study), verbatim="Late again.")
    ranked(owner.study, {job.pk: (2, 1, 4, 1)}, "a")

    assert told(linked(owner, canvas, f"job:{job.pk}", f"element:{element.pk}")) == []


@pytest.mark.parametrize("how", ["element", "interview", "participant", "consent"])
def test_words_that_are_withdrawn_are_told_and_coming_back_untells_them(owner, canvas, how):
    element = make.make_element(make.make_interview(owner.study), verbatim="Late again.")
    card = linked(owner, canvas, f"element:{element.pk}")
    interview = element.interview
    row = {"element": element, "interview": interview}.get(how, interview.participant)
    name, gone = ("consent", Consent.WITHDRAWN) if how == "consent" else ("deleted_at", timezone.now())
    before = getattr(row, name)

    type(row)._base_manager.filter(pk=row.pk).update(**{name: gone})
    assert told(card) == ["withdrawn"]
    assert numbers(card) == (0, 0, 0)

    type(row)._base_manager.filter(pk=row.pk).update(**{name: before})
    assert told(card) == []


def test_a_quote_that_is_gone_for_good_is_told(owner, canvas):
    quote = make.make_quote(make.make_transcript(make.make_interview(owner.study)), "The old van died.")
    card = linked(owner, canvas, f"quote:{quote.pk}")

    Quote.objects.filter(pk=quote.pk).delete()

    assert told(card) == ["withdrawn"]


@pytest.mark.parametrize(
    ("now", "kinds"),
    [
        ("It was late in [redacted] again.", ["redacted"]),
        ("", ["redacted"]),
        ("It was never late.", ["reworded"]),
        ("It was late in Bonn again.", []),
    ],
)
def test_words_that_are_redacted_or_changed_are_told(owner, canvas, now, kinds):
    element = make.make_element(make.make_interview(owner.study), verbatim="It was late in Bonn again.")
    card = linked(owner, canvas, f"element:{element.pk}")

    element.verbatim = now
    element.save(update_fields=["verbatim"])

    assert told(card) == kinds


def test_our_own_note_may_be_put_better(owner, canvas):
    element = make.make_element(make.make_interview(owner.study), note="Late")
    card = linked(owner, canvas, f"element:{element.pk}")

    element.note = "Came late twice"
    element.save(update_fields=["note"])

    assert told(card) == []


@pytest.mark.parametrize("bound_to", ["job", "element"])
def test_new_evidence_against_the_job_is_told(owner, job, canvas, bound_to):
    element = job.members.first().evidence.first().element
    card = linked(owner, canvas, f"job:{job.pk}" if bound_to == "job" else f"element:{element.pk}")
    other = make.make_element(make.make_interview(owner.study))

    make.make_evidence(job, element=other, polarity="supports")
    assert told(card) == []

    Evidence.objects.filter(element=other).update(polarity="contradicts")
    assert told(card) == ["contradicted"]


@pytest.mark.parametrize(
    ("place", "kinds"),
    [
        ((4, 2, 6, 1), []),  # within what the ranking said before
        ((5, 3, 7, 1), ["fell"]),  # outside the interval
        ((4, 3, 7, 4), ["fell"]),  # within, but told apart now from those at its old place
        ((1, 1, 2, 1), []),  # it rose
    ],
)
def test_a_rank_falls_only_where_the_ranking_can_tell(owner, job, canvas, place, kinds):
    ranked(owner.study, {job.pk: (2, 1, 4, 1)}, "then")
    card = linked(owner, canvas, f"job:{job.pk}")

    ranked(owner.study, {job.pk: place}, "now")

    assert told(card) == kinds


def test_a_job_that_is_no_longer_ranked_or_gone_is_told(owner, job, canvas):
    ranked(owner.study, {job.pk: (2, 1, 4, 1)}, "then")
    card = linked(owner, canvas, f"job:{job.pk}")
    ranked(owner.study, {}, "now")
    assert told(card) == ["unranked"]

    trash_job(owner, job=job)
    assert told(card) == ["gone"]


def test_a_job_and_its_group_that_are_split_are_told_and_dissolved_too(owner, job, canvas):
    cluster = JobCluster.objects.create(study=owner.study, name="Late", general=job, state="accepted")
    for member in job.members.all():
        ClusterMember.objects.create(study=owner.study, cluster=cluster, job=member)
    of_job = linked(owner, canvas, f"job:{job.pk}")
    of_cluster = linked(owner, canvas, f"cluster:{cluster.pk}")

    clusters.split_cluster(owner, cluster=cluster, jobs=[job.members.first()])
    assert (told(of_job), told(of_cluster)) == (["split"], ["regrouped"])

    clusters.dissolve_cluster(owner, cluster=cluster)
    assert (told(of_job), told(of_cluster)) == (["gone"], ["gone"])


def test_a_new_link_hides_no_change_behind_an_old_one(owner, job, canvas):
    element = make.make_element(make.make_interview(owner.study), verbatim="Late again.")
    card = linked(owner, canvas, f"job:{job.pk}")
    make.make_evidence(
        job, element=make.make_element(make.make_interview(owner.study)), polarity="contradicts"
    )

    with edited(owner, canvas) as doc:
        change_card(doc, str(card.key), links=frozenset({f"job:{job.pk}", f"element:{element.pk}"}))
    assert told(card) == ["contradicted"]

    with edited(owner, canvas) as doc:
        change_card(doc, str(card.key), links=frozenset({f"element:{element.pk}"}))
    assert told(card) == []


def test_unlinking_what_was_withdrawn_ends_it(owner, canvas):
    element = make.make_element(make.make_interview(owner.study), verbatim="Late again.")
    card = linked(owner, canvas, f"element:{element.pk}")
    type(element)._base_manager.filter(pk=element.pk).update(deleted_at=timezone.now())
    assert told(card) == ["withdrawn"]

    with edited(owner, canvas) as doc:
        change_card(doc, str(card.key), links=frozenset())

    assert told(card) == []


def test_rows_from_before_are_seen_as_they_are_but_for_what_is_gone(owner, job, canvas):
    card, alive = make.make_card(canvas), make.make_element(make.make_interview(owner.study))
    gone = make.make_element(make.make_interview(owner.study), deleted_at=timezone.now())
    card.elements.set([alive, gone])

    add_card(owner, canvas=canvas, phase=1, lane="need", text="The first one through the document")

    assert [change.link for change in ground_of(card).changed] == [f"element:{gone.pk}"]


# --- deciding -----------------------------------------------------------------------------------------
@pytest.fixture
def shaken(owner: Any, canvas: Any) -> Card:
    """An agreed card one of whose two pieces of evidence was withdrawn."""
    elements = [make.make_element(make.make_interview(owner.study), verbatim=text) for text in ("One", "Two")]
    card = agree_card(owner, card=linked(owner, canvas, *(f"element:{one.pk}" for one in elements)))
    type(elements[0])._base_manager.filter(pk=elements[0].pk).update(deleted_at=timezone.now())
    return card


def test_an_agreed_card_stays_agreed_and_is_marked(canvas, shaken):
    facts = card_facts(canvas)[str(shaken.key)]

    assert facts["state"] == "agreed"
    assert facts["changed"] == [{"kind": "withdrawn", "words": "What a customer said was withdrawn"}]


def test_kept_with_a_reason_it_is_as_agreed_as_before_and_no_longer_marked(owner, shaken):
    row = decide(owner, card=shaken, decision="keep", reason=" The other one says the same. ")

    shaken.refresh_from_db()
    assert (told(shaken), shaken.state) == ([], "agreed")
    assert (row.reason, row.about) == (
        "The other one says the same.",
        {"withdrawn": "What a customer said was withdrawn"},
    )
    assert owner.study.history.filter(verb="card.decided", target_id=str(shaken.pk)).count() == 1
    with pytest.raises(StrategyRefused):
        decide(owner, card=shaken, decision="keep", reason="again")


def test_to_be_changed_it_is_an_idea_again_and_dropped_it_is_gone(owner, canvas, shaken):
    decide(owner, card=shaken, decision="change", reason="Half of it is true.")
    shaken.refresh_from_db()
    assert shaken.state == "idea"

    element = shaken.elements.filter(deleted_at=None).get()
    type(element)._base_manager.filter(pk=element.pk).update(deleted_at=timezone.now())
    decide(owner, card=shaken, decision="drop", reason="Nothing carries it.")
    assert not canvas.cards.filter(pk=shaken.pk).exists()


def test_who_may_not_edit_does_not_decide(as_role, shaken):
    for role in (Role.VIEWER, Role.REVIEWER):
        with pytest.raises(PermissionDenied):
            decide(as_role(role), card=shaken, decision="keep", reason="x")


# --- the pure part ------------------------------------------------------------------------------------
STANDS = {
    "element:1": st.sampled_from(["gone", "noted", "words a", "redacted b"]),
    "job:2": st.sampled_from(["gone", "unranked", "1 1 2 1", "5 3 6 5"]),
    "cluster:3": st.sampled_from(["gone", "there"]),
}
PICTURES = st.fixed_dictionaries(
    {},
    optional=STANDS
    | {"job:2 members": st.sampled_from(["1 2", "2"]), "job:2 against": st.sampled_from(["7", "7 8"])},
)


@given(PICTURES, PICTURES)
def test_once_decided_nothing_has_changed(then: dict[str, str], now: dict[str, str]) -> None:
    assert pure.changes(now, now) == []
    for change in pure.changes(then, now):
        assert change.kind in pure.in_words([change])


@given(PICTURES, PICTURES)
def test_unlinked_and_linked_again_is_a_fresh_start(then: dict[str, str], now: dict[str, str]) -> None:
    fresh = pure.kept_for([key for key in now if " " not in key], {}, now)

    assert {change.kind for change in pure.changes(fresh, now)} <= {"withdrawn", "gone"}


# --- the panel ----------------------------------------------------------------------------------------
def at(card: Card, name: str) -> str:
    return reverse(f"strategy:{name}", args=[card.study.slug, card.canvas_id, card.pk])


def test_the_panel_shows_both_sides_and_what_changed_without_the_withdrawn_words(owner, login, job, canvas):
    withdrawn = make.make_element(make.make_interview(owner.study), verbatim="Take this back")
    against = make.make_element(make.make_interview(owner.study), verbatim="It was never late")
    make.make_evidence(job, element=against, polarity="contradicts")
    card = linked(owner, canvas, f"job:{job.pk}", f"element:{withdrawn.pk}")
    type(withdrawn)._base_manager.filter(pk=withdrawn.pk).update(deleted_at=timezone.now())

    answer = login(owner).get(at(card, "card_quotes"))

    ground, page = answer.context["ground"], answer.content.decode()
    assert (len(ground.supports), len(ground.contradicts), ground.interviews) == (2, 1, (2, 1))
    assert "It was never late" in page
    assert "What a customer said was withdrawn" in page
    assert "Take this back" not in page


def test_the_panel_costs_the_same_however_much_is_behind_it(owner, login, job, canvas):
    card, client = linked(owner, canvas, f"job:{job.pk}"), login(owner)
    client.get(at(card, "card_quotes"))  # the first page of a session asks once more
    with CaptureQueriesContext(connection) as few:
        client.get(at(card, "card_quotes"))
    for _ in range(20):
        make.make_evidence(job, element=make.make_element(make.make_interview(owner.study), note="More"))
    with CaptureQueriesContext(connection) as many:
        client.get(at(card, "card_quotes"))

    assert len(few) == len(many) <= 20


def test_a_decision_needs_a_reason_and_is_listed_with_the_card(owner, login, shaken):
    client = login(owner)
    refused = client.post(at(shaken, "card_decide"), {"decision": "keep", "reason": " "})
    assert refused.status_code == 422
    assert "Say why: the reason stays with the card." in refused.content.decode()

    client.post(at(shaken, "card_decide"), {"decision": "keep", "reason": "Two others say so"})
    page = client.get(at(shaken, "card_quotes")).content.decode()
    assert "Two others say so" in page
    assert "Its evidence has changed" not in page

    again = client.post(at(shaken, "card_decide"), {"decision": "drop", "reason": "Late"})
    assert again.status_code == 409


def test_a_dropped_card_comes_back_by_undo(owner, login, canvas, shaken):
    client = login(owner)
    answer = client.post(
        at(shaken, "card_decide"), {"decision": "drop", "reason": "No"}, headers={"HX-Request": "true"}
    )
    assert at(shaken, "card_restore") in answer.headers["HX-Trigger"]

    client.post(at(shaken, "card_restore"))
    assert canvas.cards.filter(pk=shaken.pk).exists()


def test_a_guest_reads_numbers_and_nobodys_words(owner, canvas, shaken):
    guest = guest_client(invite(lead(owner, canvas))[0])

    page = guest.get(reverse("room:evidence", args=[canvas.pk, shaken.key])).content.decode()

    assert "1 interview speaks for it" in page
    assert "What a customer said was withdrawn" in page
    assert "Two" not in page
