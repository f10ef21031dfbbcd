"""The lint of job statements on sentences of our own, good and bad, English and German."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.languages import guess_language
from jobs.statements import RULES, LintWarning, lint

PATTERNS = ("functional", "emotional", "outcome", "story")

GOOD = {
    "functional": [
        "Determine the current value of an antique when at an auction",
        "Get a promotion",
        "Arrange transportation for a family visit",
        "Start the vehicle",
        "Visit family on special occasions",
        "Pass the water test at the village well",
        "Apply for a building permit",
        "Bring the groceries home",
        "Need fewer trips to the well",
        "Feed a family of five through the winter",
        "Address complaints of neighbours",
        "Access medical records of a parent",
        "Focus on one task during the morning",
        "Supply the workshop with parts",
        "Process a tax return",
        "Question a bill from the hospital",
        "Position a shelf on an uneven wall",
        "To find a dentist in a new city",
        "Choose between renting and buying a flat",
        "Decide whether to stay or go",
        "Find out if the water is safe to drink",
        "Keep track of what the children eat while travelling and working",
        "Learn from mistakes of others",
        "Reach the right platform at the station",
        "Prepare an application for a job",
        "Excel at a new sport",
        "Zoom in on a detail of a map",
        "Get better at the guitar",
        "Store breast milk on a trip",
        "Sleep through the night",
        "Always know where the children are",
        "Water the plants during a holiday",
        "Explain a diagnosis to a relative",
        "Be ready for an inspection",
        "Den Wert einer Antiquität bestimmen",
        "Lebensmittel verbrauchen, bevor sie verderben",
        "Eine Wohnung in einer fremden Stadt finden",
        "Die Medikamente der Mutter im Blick behalten",
        "Vermeiden, dass Gemüse im Kühlschrank schlecht wird",
        "Sich auf eine Prüfung vorbereiten, wenn wenig Zeit ist",
        "Mit dem Fahrrad zur Arbeit kommen",
        "Die Kinder zu einer gesunden Ernährung erziehen",
        "Zwischen zwei Angeboten wählen",
        "Ohne Auto einkaufen gehen",
        "Trinkwasser für die Familie holen",
        "Eine Reise planen für die ganze Familie",
    ],
    "emotional": [
        "Feel safe when the children are at home alone",
        "Avoid feeling guilty about what my children eat",
        "Be perceived as a caring parent",
        "Avoid being perceived as stingy by colleagues",
        "Feel better about asking for help",
        "Be seen as someone who keeps promises",
        "Sich sicher fühlen, wenn die Kinder allein zu Hause sind",
        "Von den Kollegen als verlässlich wahrgenommen werden",
        "Vermeiden, sich schuldig zu fühlen",
    ],
    "outcome": [
        "Minimise the time it takes to verify the identity of a caller",
        "Minimize the likelihood that food spoils before it is eaten",
        "Reduce the number of trips to the well in a week",
        "Increase the likelihood that the water is safe to drink",
        "Die Zeit verringern, die es braucht, einen Arzt zu finden",
        "Das Risiko senken, dass das Essen verdirbt",
    ],
    "story": [
        "When I come home late and the fridge is empty, I want to cook at once, so I can go to bed fed",
        "When the tap runs brown, I want to know if the water is safe so I can decide what to drink",
        "When the sun sets, I want the lamps on so that safety is kept",
        "When my mother forgets her pills, I want to notice so that I can call her",
        "When I move to a new city, I'd like to meet people so I feel at home",
        "Wenn ich spät nach Hause komme, möchte ich etwas Warmes essen, damit ich gut schlafen kann",
        "Wenn die Kinder krank sind, will ich von zu Hause arbeiten, um bei ihnen zu sein",
    ],
}  # fmt: skip

BAD = [
    ("functional", "", ["length"]),
    ("functional", "🤷", ["length"]),
    ("functional", "Cook", ["length"]),
    ("functional", "Peace of mind", ["starts_with_verb"]),
    ("functional", "The best price for a used car", ["starts_with_verb"]),
    ("functional", "Getting a promotion", ["starts_with_verb"]),
    ("functional", "Transportation for a family visit", ["starts_with_verb"]),
    ("functional", "Happiness in old age", ["starts_with_verb"]),
    ("functional", "Costs under control", ["starts_with_verb"]),
    ("functional", "I want to lose weight", ["starts_with_verb"]),
    ("functional", "When I am late, find a taxi", ["starts_with_verb"]),
    ("functional", "Freedom of choice", ["starts_with_verb"]),
    ("functional", "Bessere Übersicht im Haushalt", ["starts_with_verb"]),
    ("functional", "Die Sicherheit im Alter", ["starts_with_verb"]),
    ("functional", "Mehr Zeit mit der Familie", ["starts_with_verb"]),
    ("functional", "Find a recipe in an app", ["no_solution"]),
    ("functional", "Ask ChatGPT about a disease", ["no_solution"]),
    ("functional", "Track spending in Excel", ["no_solution"]),
    ("functional", "Use AI to write a letter", ["no_solution"]),
    ("functional", "Order a meal with FoodRunner", ["no_solution"]),
    ("functional", "Eine Webseite für den Verein erstellen", ["no_solution"]),
    ("functional", "Buy and cook vegetables", ["one_job"]),
    ("functional", "Repair or replace a bicycle", ["one_job"]),
    ("functional", "Fund R and D", ["one_job"]),
    ("functional", "Find a bed and breakfast", ["one_job"]),
    ("functional", "Clean & dry the dishes", ["one_job"]),
    ("functional", "Gemüse kaufen und kochen", ["one_job"]),
    ("functional", "Quickly find a parking space", ["no_baked_in_outcome"]),
    ("functional", "Find a parking space as quickly as possible", ["no_baked_in_outcome"]),
    ("functional", "Cook a meal with ease", ["no_baked_in_outcome"]),
    ("functional", "Speed up the next big promotion", ["no_baked_in_outcome"]),
    ("functional", "Schneller einen Arzt in der Nähe finden", ["no_baked_in_outcome"]),
    ("functional", "Prepare a tax return for 2026", ["stable_over_years"]),
    ("functional", "Plan a holiday for next summer", ["stable_over_years"]),
    ("functional", "Den Urlaub für nächstes Jahr planen", ["stable_over_years"]),
    ("functional", "Help customers to compare tariffs", ["customer_perspective"]),
    ("functional", "Increase market share in the region", ["customer_perspective"]),
    ("functional", "Find out about our service", ["customer_perspective"]),
    ("functional", "Kunden helfen, Strom zu sparen", ["customer_perspective"]),
    ("emotional", "Have peace of mind", ["emotional_opening"]),
    ("emotional", "Trust the water from the tap", ["emotional_opening"]),
    ("emotional", "Die Familie in Sicherheit wissen", ["emotional_opening"]),
    ("outcome", "Verify the identity of a caller", ["outcome_syntax", "outcome_syntax"]),
    ("outcome", "The time it takes to find a doctor", ["outcome_syntax"]),
    ("outcome", "Minimise the hassle at the airport", ["outcome_syntax"]),
    ("outcome", "Minimise the time", ["outcome_syntax"]),
    ("story", "I want to cook at once so I can sleep", ["story_syntax"]),
    ("story", "When I am late, I want to cook at once", ["story_syntax"]),
    ("story", "Cook at once in the evening", ["story_syntax", "story_syntax", "story_syntax"]),
    ("story", "When I am late, I want to buy and cook food so I can sleep", ["one_job"]),
    ("story", "Wenn ich spät komme, will ich schnell kochen, damit ich schlafe", ["no_baked_in_outcome"]),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text"), [(pattern, text) for pattern in GOOD for text in GOOD[pattern]])
def test_good_statements_pass_in_silence(pattern, text):
    assert lint(text, pattern=pattern) == ()


@pytest.mark.parametrize(("pattern", "text", "rules"), BAD)
def test_each_flaw_is_named_by_its_rule(pattern, text, rules):
    warnings = lint(text, pattern=pattern, products=["FoodRunner"])

    assert [warning.rule for warning in warnings] == rules


def test_a_warning_points_at_the_words_it_means():
    text = "Buy 🥦 quickly with FoodRunner"

    warnings = lint(text, pattern="functional", products=["foodrunner", " ", "C++"])

    assert [text[warning.start : warning.end] for warning in warnings] == ["quickly", "FoodRunner"]
    assert warnings[1] == LintWarning(
        "no_solution", "“FoodRunner” is a solution. The job was there before it and will outlive it.", 19, 29
    )


def test_product_names_match_whole_words_and_may_hold_signs():
    assert lint("Learn C++ in the evening", pattern="functional", products=["C++"])[0].start == 6
    assert lint("Visit the goldsmith", pattern="functional", products=["Gold"]) == ()


def test_a_situation_may_name_several_things():
    assert lint("Get home when it is dark and raining", pattern="functional") == ()


def test_a_purpose_may_say_how_well():
    text = "Be a better family member"

    assert lint(text, pattern="functional", level="purpose") == ()
    assert [warning.rule for warning in lint(text, pattern="functional")] == ["no_baked_in_outcome"]


def test_a_long_statement_is_hard_to_remember():
    (warning,) = lint("Carry " + "very " * 30 + "heavy bags", pattern="functional")

    assert (warning.rule, warning.message[:8]) == ("length", "33 words")


def test_an_unknown_pattern_is_refused():
    with pytest.raises(ValueError, match="no pattern"):
        lint("Get a promotion", pattern="slogan")


def test_ten_thousand_characters_are_linted_at_once():
    started = time.process_time()

    for text in ("und " * 2500, "a" * 10_000, ", um" * 2500, "when " * 2000):
        for pattern in PATTERNS:
            lint(text, pattern=pattern, products=["FoodRunner"])

    assert time.process_time() - started < 2


@given(st.text(max_size=200), st.sampled_from(PATTERNS), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_gets_warnings_inside_itself_under_known_rules(text, pattern, products):
    for warning in lint(text, pattern=pattern, products=products):
        assert warning.rule in RULES
        assert 0 <= warning.start <= warning.end <= len(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Find out if the water is safe", "en"),
        ("Herausfinden, ob das Wasser sauber ist", "de"),
        ("Gemüse", "de"),
        ("Sport", ""),
        ("", ""),
        ("😀 123", ""),
    ],
)
def test_language_is_told_by_function_words_and_umlauts(text, language):
    assert guess_language(text) == language
