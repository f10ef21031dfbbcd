"""Many jobs on one page: everybody for themselves first, and ranges that say what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from jobs.actions import priorities
from jobs.actions.business import set_business
from jobs.forms.business import BusinessForm
from jobs.models import BusinessInput, Criterion, Job
from jobs.queries.judging import together
from studies.access import StudyAccess
from studies.edits import StaleVersion
from studies.roles import Role
from tests import factories as make
from tests.jobs.surveys_made import make_survey, respond
from tests.jobs.test_priorities import held_by, row_of
from tests.jobs.test_priorities_pages import at, text_of

Login = Callable[[StudyAccess], Client]
JSON = {"Accept": "application/json"}
RANGES = {"performers": (1000, 3000), "reach": (10, 30), "worth": (200, 400), "cost": (50, 150)}


def general(access: StudyAccess, statement: str = "Get there on time") -> Job:
    return make.make_job(access.study, scope="generalised", statement=statement)


def ends(**changed: tuple[Any, Any]) -> dict[str, Any]:
    return {
        f"{name}_{end}": value
        for name, pair in (RANGES | changed).items()
        for end, value in zip(("low", "high"), pair, strict=True)
    }


# --- ratings ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mine", "others", "words"),
    [
        (None, [], ""),
        (3, [], "only you"),
        (None, [4], "1 other, hidden"),
        (None, [4, 5], "2 others, hidden"),
        (3, [3], "all 3 (2)"),
        (2, [4, 3], "3.0, 2 to 4 (3)"),
    ],
)
def test_what_others_gave_is_told_once_one_has_given(mine: int | None, others: list[int], words: str) -> None:
    assert together(mine, others) == words


def test_the_values_of_others_are_not_in_the_page_before_ones_own(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    job, reviewer = general(owner), as_role(Role.REVIEWER)
    priorities.rate(reviewer, job=job, criterion="importance", value=5)

    before = text_of(login(owner).get(at(owner, "ratings")))
    saved = login(owner).post(at(owner, "ratings_save"), {f"{job.pk}-importance": "3"}, headers=JSON)
    watched = text_of(login(as_role(Role.VIEWER)).get(at(owner, "ratings")))

    assert f'data-text="{job.pk}-importance">1 other, hidden<' in before
    assert saved.json() == {"texts": {f"{job.pk}-importance": "4.0, 3 to 5 (2)"}}
    assert "4.0, 3 to 5 (2)" in watched


def test_the_page_of_a_job_tells_no_rating_of_others_before_ones_own(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    job, reviewer = held_by(owner, 3), as_role(Role.REVIEWER)
    for criterion in ("importance", "satisfaction", "business"):
        priorities.rate(reviewer, job=job, criterion=criterion, value=4)
    page = at(owner, "priority", job.pk)
    opportunity, business = (
        at(owner, "behind", job.pk, query=f"?of={of}") for of in ("opportunity", "business")
    )

    before = text_of(login(owner).get(page))
    priorities.rate(owner, job=job, criterion="business", value=1)
    after = text_of(login(owner).get(page))
    watched = text_of(login(as_role(Role.VIEWER)).get(page))

    assert ("business potential: 4" in before, "business potential: 4" in after) == (False, True)
    assert "importance: 4" not in before + after
    assert [before.count(f'{of}"') for of in (opportunity, business)] == [2, 2]  # as link and for htmx
    assert (before.count("<b>Show</b> without rating"), after.count("<b>Show</b> without rating")) == (2, 1)
    assert "<b>Show</b>" not in watched
    assert "importance: 4" in watched


def test_what_customers_answered_waits_for_nobody(owner: StudyAccess, as_role: Any, login: Login) -> None:
    job = held_by(owner, 3)
    for criterion in ("importance", "satisfaction"):
        priorities.rate(as_role(Role.REVIEWER), job=job, criterion=criterion, value=4)
    respond(make_survey(owner.study, job), "r1", q1={"imp": 5, "sat": 2})

    page = text_of(login(owner).get(at(owner, "priority", job.pk)))

    assert "<b>Show</b>" not in page
    assert "1 respondent, mean" in page


def test_the_ranking_leads_to_what_others_have_rated_and_i_have_not(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    mine, theirs = held_by(owner, 3), held_by(owner, 4)
    priorities.rate(owner, job=mine, criterion="fit", value=3)
    priorities.rate(as_role(Role.REVIEWER), job=theirs, criterion="fit", value=3)

    asked = text_of(login(owner).get(at(owner, "priorities")))
    watched = text_of(login(as_role(Role.VIEWER)).get(at(owner, "priorities")))

    assert "Others have rated 1 job that you have not" in asked
    assert "Others have rated" not in watched


def test_many_ratings_are_saved_at_once_and_only_what_changed(owner: StudyAccess, login: Login) -> None:
    first, second = general(owner), general(owner, "Know the cost")
    priorities.rate(owner, job=first, criterion="fit", value=2, reason="Goal one")
    data = {f"{first.pk}-fit": "2", f"{first.pk}-importance": "5", f"{second.pk}-fit": "4", "other": "x"}

    page = text_of(login(owner).post(at(owner, "ratings_save"), data, follow=True))

    assert "2 ratings saved." in page
    found = set(owner.study.ratings.values_list("job", "criterion", "value", "reason"))
    assert found == {
        (first.pk, "fit", 2, "Goal one"),
        (first.pk, "importance", 5, ""),
        (second.pk, "fit", 4, ""),
    }
    assert owner.study.history.filter(verb="rating.given").count() == 3


def test_an_emptied_cell_takes_the_rating_back(owner: StudyAccess) -> None:
    job = general(owner)
    priorities.rate(owner, job=job, criterion="fit", value=2)

    assert priorities.rate_many(owner, given={(job, Criterion.FIT): ""}) == 1
    assert owner.study.ratings.count() == 0


@pytest.mark.parametrize("text", ["9", "0", "x", "-1", "2.5", "٣"])
def test_one_wrong_cell_saves_nothing_and_is_named(text: str, owner: StudyAccess, login: Login) -> None:
    job = general(owner)
    data = {f"{job.pk}-importance": text, f"{job.pk}-fit": "2"}

    answer = login(owner).post(at(owner, "ratings_save"), data, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["errors"] == {f"{job.pk}-importance": ["Give a whole number from 1 to 5."]}
    assert owner.study.ratings.count() == 0


def test_a_job_of_another_study_is_not_rated(owner: StudyAccess, outsider: StudyAccess, login: Login) -> None:
    foreign = general(outsider)

    login(owner).post(at(owner, "ratings_save"), {f"{foreign.pk}-fit": "2"}, headers=JSON)

    assert foreign.ratings.count() == 0


# --- business inputs ----------------------------------------------------------------------------------------
def test_ranges_give_an_expectation_and_take_the_place_of_ratings(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3)
    priorities.rate(owner, job=job, criterion="business", value=1)

    answer = login(owner).post(
        at(owner, "business_save", job.pk), ends() | {"reason": "Trade survey"}, headers=JSON
    )

    assert answer.json() == {
        "texts": {
            f"{job.pk}-contribution": "80\u00a0k (5\u00a0k to 315\u00a0k)",
            f"{job.pk}-market": "200\u00a0k to 1.2\u00a0m",
        },
        "version": 2,
    }
    row = row_of(owner, job)
    assert (row["worth"], row["market"]) == ([5000.0, 80000.0, 315000.0], [200000.0, 1200000.0])
    assert row["currency"] == "EUR"
    assert row["values"]["business"] == pytest.approx(80_000 / 315_000)
    [entry] = owner.study.history.filter(verb="business.changed")
    assert (entry.data["reason"], entry.data["performers_high"]) == ("Trade survey", 3000)


def test_three_ranges_of_four_leave_the_worth_unknown(owner: StudyAccess) -> None:
    job = held_by(owner, 3)

    set_business(owner, job=job, ranges=ends(cost=(None, None)), reason="")

    assert (row_of(owner, job)["worth"], row_of(owner, job)["values"]["business"]) == (None, None)


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({"worth": (5, None)}, "worth", "Give both ends"),
        ({"cost": (9, 1)}, "cost", "lower one"),
        ({"reach": (10, 101)}, "reach", "100 % at most"),
    ],
)
def test_a_range_that_makes_no_sense_is_named(
    changed: dict[str, tuple[Any, Any]], name: str, words: str, owner: StudyAccess, login: Login
) -> None:
    job = general(owner)

    answer = login(owner).post(
        at(owner, "business_save", job.pk),
        {key: "" if value is None else value for key, value in ends(**changed).items()},
        headers=JSON,
    )

    assert (answer.status_code, list(answer.json()["errors"])) == (422, [name])
    assert words in answer.json()["errors"][name]
    assert BusinessInput.objects.count() == 0


@pytest.mark.parametrize("text", ["many", "-5", "1e99", "nan"])
def test_what_is_no_number_stays_in_its_field(text: str, owner: StudyAccess, login: Login) -> None:
    job = general(owner)

    response = login(owner).post(at(owner, "business_save", job.pk), ends(worth=(text, 9)))

    assert response.status_code == 422
    assert f'value="{text}"' in text_of(response)
    assert "Worth a year: " in text_of(response)


def test_thousands_may_be_typed_with_spaces_or_commas(owner: StudyAccess, login: Login) -> None:
    job = general(owner)

    login(owner).post(at(owner, "business_save", job.pk), ends(performers=("1 000", "3,000")))

    row = BusinessInput.objects.get()
    assert (row.performers_low, row.performers_high, row.by) == (1000, 3000, owner.user)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,200", 1200), ("1.200.000", 1_200_000), ("1.200,50", 1200.5), ("12,5", 12.5), ("0.125", 0.125)],
)
def test_numbers_are_read_as_english_and_german_write_them(text: str, number: float) -> None:
    form = BusinessForm({"cost_high": text})

    assert form.is_valid()
    assert form.ranges()["cost_high"] == number


def test_three_thousand_is_never_taken_for_three() -> None:
    form = BusinessForm({"performers_high": "3.000"})

    assert form.errors == {"performers_high": ["Write 3000 for thousands, else 3.0000."]}


def test_two_people_never_overwrite_each_others_ranges(owner: StudyAccess, login: Login) -> None:
    job = general(owner)
    row = set_business(owner, job=job, ranges=ends(), reason="Mine")

    with pytest.raises(StaleVersion):
        set_business(owner, job=job, ranges=ends(), reason="Late", seen=row.version - 1)
    answer = login(owner).post(at(owner, "business_save", job.pk), ends() | {"version": "1"}, headers=JSON)

    assert answer.status_code == 409
    assert BusinessInput.objects.get().reason == "Mine"


def test_the_job_that_sets_the_scale_is_named(owner: StudyAccess, login: Login) -> None:
    job, small = general(owner), general(owner, "Know the cost")
    set_business(owner, job=job, ranges=ends(), reason="")
    set_business(owner, job=small, ranges=ends(performers=(1, 2)), reason="")

    page = text_of(login(owner).get(at(owner, "business")))

    assert "The largest upper end, 315 k of “Get there on time”, is 1" in page


def test_the_currency_is_named_beside_every_amount(owner: StudyAccess, login: Login) -> None:
    set_business(owner, job=general(owner), ranges=ends(), reason="")
    assert [row["currency"] for row in priorities.ranking(owner).rows] == ["EUR"]

    page = text_of(login(owner).post(at(owner, "currency"), {"currency": "CHF"}, follow=True))

    assert "Expected a year, CHF:" in page
    assert [row["currency"] for row in priorities.ranking(owner).rows] == ["CHF"]
    login(owner).post(at(owner, "currency"), {"currency": " "})
    owner.study.refresh_from_db()
    assert owner.study.priority_settings.currency == "CHF"


def test_a_viewer_reads_and_changes_nothing(owner: StudyAccess, as_role: Any, login: Login) -> None:
    job, viewer = general(owner), as_role(Role.VIEWER)

    with pytest.raises(PermissionDenied):
        set_business(viewer, job=job, ranges=ends(), reason="")
    with pytest.raises(PermissionDenied):
        priorities.rate_many(viewer, given={(job, Criterion.FIT): "1"})
    page = text_of(login(viewer).get(at(owner, "business")))
    assert 'type="submit"' not in page.split("sizing-form")[1].split("</form>")[0]
    with pytest.raises(ValidationError):
        set_business(owner, job=job, ranges=ends(worth=(1, None)), reason="")


@pytest.mark.parametrize("name", ["ratings", "business"])
def test_an_empty_study_is_taught_what_belongs_here(name: str, owner: StudyAccess, login: Login) -> None:
    assert "There is nothing to" in text_of(login(owner).get(at(owner, name)))


@pytest.mark.parametrize("name", ["ratings", "business"])
def test_a_long_page_is_searched_by_words_and_left_by_pages(
    name: str, owner: StudyAccess, login: Login
) -> None:
    jobs = [general(owner, f"Carry {number} crates") for number in range(100, 152)]
    client = login(owner)

    found = client.get(at(owner, name), {"q": " 151 "})
    second = client.get(at(owner, name), {"q": "crates", "page": "2"})
    none = client.get(at(owner, name), {"q": "hills"})

    assert list(found.context["page"]) == [jobs[51]]
    assert "1 of 52 jobs" in found.text
    assert list(second.context["page"]) == jobs[50:]
    assert '?q=crates&amp;page=1"' in second.text
    assert "No job fits" in none.text


def test_what_is_left_to_rate_is_what_i_have_not_rated_by_every_criterion(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    done, begun, free = general(owner, "A"), general(owner, "B"), general(owner, "C")
    colleague = as_role(Role.RESEARCHER)
    for criterion in Criterion:
        priorities.rate(owner, job=done, criterion=criterion, value=1)
        priorities.rate(colleague, job=free, criterion=criterion, value=1)
    priorities.rate(owner, job=begun, criterion="fit", value=1)

    left = login(owner).get(at(owner, "ratings"), {"left": "yes"})

    assert list(left.context["page"]) == [begun, free]
    assert "2 of 3 jobs" in left.text


def test_what_is_left_to_size_lacks_a_range(owner: StudyAccess, login: Login) -> None:
    done, begun, free = general(owner, "A"), general(owner, "B"), general(owner, "C")
    set_business(owner, job=done, ranges=ends(), reason="")
    set_business(owner, job=begun, ranges=ends(cost=(None, None)), reason="")

    left = login(owner).get(at(owner, "business"), {"left": "yes"})

    assert list(left.context["page"]) == [begun, free]


def test_without_a_script_a_filter_opens_beside_what_is_typed(
    owner: StudyAccess, as_role: Any, login: Login
) -> None:
    """A script keeps what is typed itself, and takes the targets away; who cannot type needs none."""
    held_by(owner, 3)

    for name in ("ratings", "business"):
        page = login(owner).get(at(owner, name))
        assert "A filter opens in a new tab: what is typed here stays, to be saved." in text_of(page)
        assert (
            len(re.findall(r'<(?:form class="filters"|a class="chip")[^>]* target="_blank"', page.text)) == 2
        )
        assert 'target="_blank"' not in login(as_role(Role.VIEWER)).get(at(owner, name)).text


def test_what_is_saved_without_a_script_leads_back_to_the_same_rows(owner: StudyAccess, login: Login) -> None:
    job = general(owner)
    client, where = login(owner), "?q=time&page=1"

    rated = client.post(at(owner, "ratings_save") + where, {f"{job.pk}-fit": "3"})
    sized = client.post(at(owner, "business_save", job.pk) + where, {"reason": "said so"})
    named = client.post(at(owner, "currency") + where, {"currency": "CHF"})
    refused = client.post(at(owner, "business_save", job.pk) + where, {"worth_low": "many"})

    assert rated["Location"] == at(owner, "ratings") + where
    assert sized["Location"] == named["Location"] == at(owner, "business") + where
    assert (refused.status_code, refused.context["words"]) == (422, "time")
    assert 'value="many"' in refused.text


def test_pages_take_the_same_number_of_queries_for_one_job_and_for_three(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    client = login(owner)
    for jobs in (1, 2):
        for _ in range(jobs):
            priorities.rate(owner, job=general(owner), criterion="fit", value=1)
        cache.clear()
        with django_assert_num_queries(8):
            client.get(at(owner, "ratings"))
        with django_assert_num_queries(8):
            client.get(at(owner, "business"))
