"""General statements after the rules of the method: what is common stays, what differs goes, and where
nothing honest is left a member's own words stand there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from jobs.statements import lint
from jobs.statements.generalise import Member, common_words, general_statement
from jobs.statements.shared_words import Common
from tests.jobs.statements_sample import GERMAN, JOBS, ODD


def of(*statements: str, pattern: str = "functional", level: str = "main") -> list[Member]:
    return [Member(statement, pattern, level) for statement in statements]


EXAMPLES = [
    (
        of(
            "Get the children to school on time",
            "Get my kids to nursery on time in the morning",
            "Get both children to school punctually",
        ),
        "Get the children to school on time",
    ),
    (
        of(
            "Carry the weekly shopping home in one go",
            "Bring the week's groceries home in one trip",
            "Carry all the shopping home at once",
        ),
        "Carry the groceries home",
    ),
    (
        of(
            "Bring the whole weekly shop home in one trip",
            "Bring the week's shopping home in one run",
            "Carry the whole Saturday shop home in one go",
            "Carry the Friday shopping up the stairs in one trip",
        ),
        "Bring the groceries home in one trip",
    ),
    (
        of(
            "Feel safe with the children in traffic",
            "Feel that the children are safe on the road",
            "Feel safe when riding with the kids in heavy traffic",
            pattern="emotional",
        ),
        "Feel safe with the children in traffic",
    ),
    (
        of(
            "Minimise the time it takes to get the children ready in the morning",
            "Reduce the time it takes to get my kids ready for school",
            "Minimise the time it takes to get both children ready",
            pattern="outcome",
        ),
        "Minimise the time it takes to get the children ready",
    ),
    (
        of(
            "When it rains in the morning, I want to get the children to school dry, so I can start work",
            "When it rains, I want to get my kids to school on time, so I can start work",
            "When it rains in the morning, I want to get both kids to school on time, so I can start work",
            pattern="story",
        ),
        "When it rains, I want to get the children to school on time, so I can start work",
    ),
    (
        of(
            "Die Kinder pünktlich zur Schule bringen",
            "Meine Kinder rechtzeitig in die Kita bringen",
            "Beide Kinder morgens pünktlich zur Schule fahren",
        ),
        "Die Kinder pünktlich zur Schule bringen",
    ),
    (
        of(
            "Mich im Verkehr sicher fühlen",
            "Sich mit den Kindern sicher fühlen",
            "Mich auf dem Rad sicher fühlen",
            pattern="emotional",
        ),
        "Sich sicher fühlen",
    ),
    (
        of(
            "Die Kosten im Voraus kennen",
            "Die monatlichen Kosten im Voraus wissen",
            "Im Voraus wissen, was es kostet",
        ),
        "Die Kosten im Voraus wissen",
    ),
]


@pytest.mark.parametrize(("members", "expected"), EXAMPLES)
def test_what_the_members_share_becomes_the_general_statement(members: list[Member], expected: str) -> None:
    proposal = general_statement(members, medoid=0)

    assert (proposal.text, proposal.why) == (expected, "")
    assert lint(proposal.text, pattern=members[0].pattern) == ()


def test_the_proposal_says_how_many_members_share_each_word() -> None:
    proposal = general_statement(EXAMPLES[0][0], medoid=0)

    assert proposal.common == (
        Common("get", 3),
        Common("children", 3),
        Common("school", 3),
        Common("time", 3),
    )


ODD_ONES = [
    (of("Get the children moving before noon", "Get my kids away from the screen"), "context"),
    (of("Get there", "Get there"), "single"),
    ([*of("Get the kids to school", level="sub"), *of("Get the children to school")], "levels"),
    (of("Get the children to school", "Die Kinder zur Schule bringen"), "languages"),
    ([*of("Get home"), *of("Feel at home", pattern="emotional")], "patterns"),
    (of(*ODD), "verb"),
    (of("Bring the letters home", "Carry water home", "Bring a lamp home"), "object"),
    (of("Keep bees in a city", "Keep a diary for years", "Keep fit in old age"), "object"),
    (
        of(
            "Be perceived as a caring parent",
            "Be seen as a father who takes care",
            "Be perceived as a good mother",
            pattern="emotional",
        ),
        "object",
    ),
    (
        of(
            "Get to the customer's door without hunting for a space",
            "Deliver flowers to the hospital without hunting for a parking space",
        ),
        "object",
    ),
]


@pytest.mark.parametrize(("members", "why"), ODD_ONES)
def test_where_nothing_honest_can_be_said_the_medoid_stands_in_its_own_words(
    members: list[Member], why: str
) -> None:
    proposal = general_statement(members, medoid=1)

    assert (proposal.text, proposal.why) == (members[1].statement, why)


def test_nothing_is_generalised_across_altitude_however_alike_it_is() -> None:
    members = of("Get the children to school on time", "Get my kids to school on time")
    members.append(Member("Get the children to school on time today", "functional", "micro"))

    assert general_statement(members, medoid=0).why == "levels"


def test_a_proposal_that_would_not_pass_the_lint_is_none() -> None:
    members = of(
        "Track the spending with the app every month",
        "Track my spending with an app each week",
        "Track all spending with the app on Sundays",
    )

    assert general_statement(members, medoid=0).why == "lint"


def test_a_context_that_only_one_member_leads_to_is_none() -> None:
    members = of(
        "See which walls are leaking the warmth we pay for",
        "Spot the gaps before I close up the walls",
        "Learn what all those zones on the wall actually govern",
    )

    assert general_statement(members, medoid=0).why == "object"


def test_a_german_context_that_opens_the_sentence_keeps_its_noun_and_no_capital() -> None:
    members = of(
        "Von meinen Kindern als Mutter gesehen werden",
        "Von meinen Kindern als gute Mutter gesehen werden",
        "Als Mutter wahrgenommen werden",
    )

    assert general_statement(members, medoid=0).text == "Von meinen Kindern als Mutter gesehen werden"


STATEMENTS = [text for texts in (*JOBS.values(), *GERMAN.values(), ODD) for text in texts]


@given(
    some.lists(some.sampled_from(STATEMENTS) | some.text(max_size=60), min_size=1, max_size=6), some.data()
)
def test_every_proposal_passes_the_lint_or_is_a_members_own(texts: list[str], data: some.DataObject) -> None:
    pattern = data.draw(some.sampled_from(["functional", "emotional", "outcome", "story"]))
    members = of(*texts, pattern=pattern)

    proposal = general_statement(members, medoid=0)

    assert proposal.text == texts[0] if proposal.why else lint(proposal.text, pattern=pattern) == ()


def test_the_common_words_of_a_statement_are_counted_by_their_class() -> None:
    said = ["Bring my kids to school", "Get the children to nursery", "Sing in a choir"]

    assert common_words("Get the children there", said) == (Common("get", 2), Common("children", 2))
