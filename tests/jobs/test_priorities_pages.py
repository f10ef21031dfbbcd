"""The ranking in the browser: every number opens, nothing missing looks like zero, roles decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from jobs.actions import priorities
from jobs.models import Approval, Comment, Job
from jobs.queries import priority_table as table
from jobs.queries.behind import NUMBERS
from jobs.standing import WEIGHTED
from studies.access import StudyAccess
from studies.roles import Role
from tests.factories import make_element
from tests.jobs.surveys_made import make_survey, respond
from tests.jobs.test_priorities import held_by

Login = Callable[[StudyAccess], Client]


def at(access: StudyAccess, name: str, *ids: int | str, query: str = "") -> str:
    return reverse(f"jobs:{name}", args=[access.study.slug, *ids]) + query


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def lines_of(access: StudyAccess) -> list[table.Line]:
    return table.lines(access.study, priorities.ranking(access))


def test_an_empty_study_is_taught_what_belongs_here(owner: StudyAccess, login: Login) -> None:
    page = text_of(login(owner).get(at(owner, "priorities")))

    assert "There is nothing to rank yet" in page
    assert "data-plotly" not in page


def test_every_number_of_the_ranking_opens_what_stands_behind_it(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3)
    for criterion in ("importance", "satisfaction", "business", "fit"):
        priorities.rate(owner, job=job, criterion=criterion, value=3)
    page = text_of(login(owner).get(at(owner, "priorities")))

    for number in ("rank", "score", "prevalence", "struggle", "forces", "opportunity", "business", "fit"):
        assert at(owner, "behind", job.pk, query=f"?of={number}") in page


def test_an_opportunity_leads_to_the_surveys_that_it_was_answered_in(
    owner: StudyAccess, login: Login
) -> None:
    job = held_by(owner, 3)
    surveys = [make_survey(owner.study, job, name=name) for name in ("Autumn", "Spring", "Unanswered")]
    for survey in surveys[:2]:
        respond(survey, "r1", q1={"imp": 5, "sat": 2})

    page = text_of(login(owner).get(at(owner, "behind", job.pk, query="?of=opportunity")))

    assert [at(owner, "survey", survey.pk) in page for survey in surveys] == [True, True, False]


@pytest.mark.parametrize("number", NUMBERS)
def test_each_number_answers_as_a_page_and_as_a_piece(number: str, owner: StudyAccess, login: Login) -> None:
    url = at(owner, "behind", held_by(owner, 3).pk, query=f"?of={number}")

    page = login(owner).get(url)
    piece = login(owner).get(url, headers={"HX-Request": "true"})

    assert (page.status_code, piece.status_code) == (200, 200)
    assert ("<html" in text_of(page), "<html" in text_of(piece)) == (True, False)


def test_each_force_says_how_many_interviews_spoke_of_it(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3, intensity=3)
    worried = make_element(owner.study.interviews.all()[0], kind="anxiety", intensity=4, grade="B")

    page = " ".join(text_of(login(owner).get(at(owner, "behind", job.pk, query="?of=forces"))).split())

    assert worried.kind == "anxiety"
    assert '3.0 <span class="hint">in 3 interviews</span>' in page
    assert '1.3 <span class="hint">in 1 interview</span>' in page
    assert "Toward the switch in 2 of 3 interviews, against it in 1." in page


def test_prevalence_opens_the_words_that_were_said(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3, verbatim="We were late again")

    page = text_of(login(owner).get(at(owner, "behind", job.pk, query="?of=prevalence")))

    assert page.count("We were late again") == 3
    assert "That is not a market share" in page


def test_a_number_that_does_not_exist_is_not_found(owner: StudyAccess, login: Login) -> None:
    assert login(owner).get(at(owner, "behind", held_by(owner, 3).pk, query="?of=luck")).status_code == 404


def test_what_is_missing_is_called_missing_and_never_zero(owner: StudyAccess) -> None:
    held_by(owner, 3, kind="pain", intensity=None)

    [line] = lines_of(owner)

    assert (line.struggle, line.lean, line.business, line.fit, line.region) == (None, "", None, None, "")
    assert line.coverage == 20


def test_jobs_below_the_gate_stand_apart_with_the_reason(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)
    held_by(owner, 2)

    response = login(owner).get(at(owner, "priorities"))

    assert [len(response.context[part]) for part in ("lines", "gated")] == [1, 1]
    assert "Needs more evidence: 2 interviews hold this job, 3 are needed." in text_of(response)


def test_a_gated_job_below_the_ranking_takes_no_column_from_it(owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)
    held_by(owner, 2)

    page = login(owner).get(at(owner, "priorities")).content.decode()
    ranking = page.split('aria-labelledby="ranking"')[1].split("</table>")[0]

    cells = [row.count("<td") + row.count('<th scope="row"') for row in ranking.split("<tr")[2:]]
    assert cells == [ranking.count('<th scope="col"')]


def test_jobs_that_the_evidence_does_not_part_say_so(owner: StudyAccess) -> None:
    held_by(owner, 3)
    held_by(owner, 3)
    held_by(owner, 12)

    assert [line.tied for line in lines_of(owner)] == [None, (2, 2), (2, 2)]


def test_any_column_sorts_and_missing_values_stay_last(owner: StudyAccess) -> None:
    high, low, none = held_by(owner, 3), held_by(owner, 4), held_by(owner, 5)
    priorities.rate(owner, job=high, criterion="fit", value=4)
    priorities.rate(owner, job=low, criterion="fit", value=1)
    found = lines_of(owner)

    falling = [line.job for line in table.in_order(found, "-fit")]
    rising = [line.job for line in table.in_order(found, "fit")]

    assert (falling, rising) == ([high, low, none], [low, high, none])


@pytest.mark.parametrize("key", table.SORT_KEYS)
def test_each_sort_address_is_answered(key: str, owner: StudyAccess, login: Login) -> None:
    held_by(owner, 3)
    assert login(owner).get(at(owner, "priorities", query=f"?sort=-{key}")).status_code == 200


def test_a_sort_that_makes_no_sense_is_the_rank(owner: StudyAccess) -> None:
    assert (table.clean_sort("-score"), table.clean_sort("'; --"), table.clean_sort("--rank")) == (
        "-score",
        "rank",
        "rank",
    )


def test_a_simulated_chance_is_never_called_certain() -> None:
    assert [table.chance(share) for share in (1.0, 0.75, 0.0)] == ["over 99 %", "75 %", "under 1 %"]


def test_a_reviewer_rates_changes_and_takes_back(owner: StudyAccess, as_role: Any, login: Login) -> None:
    job, reviewer = held_by(owner, 3), as_role(Role.REVIEWER)
    client, url = login(reviewer), at(owner, "rate", job.pk)

    client.post(url, {"criterion": "fit", "value": "3", "reason": "Goal two"})
    client.post(url, {"criterion": "fit", "value": "1", "reason": "On reflection"})
    rating = job.ratings.get()
    assert (rating.value, rating.reason, rating.rater) == (1, "On reflection", reviewer.user)

    client.post(url, {"criterion": "fit", "value": "1", "take_back": "1"})
    assert job.ratings.count() == 0


@pytest.mark.parametrize(
    "data", [{}, {"criterion": "luck", "value": "1"}, {"criterion": "importance", "value": "0"}]
)
def test_a_rating_that_makes_no_sense_is_refused_in_words(
    data: dict[str, str], owner: StudyAccess, login: Login
) -> None:
    job = held_by(owner, 3)

    page = text_of(login(owner).post(at(owner, "rate", job.pk), data, follow=True))

    assert job.ratings.count() == 0
    assert "Choose a value of the scale." in page or "Give a number from 1 to 5." in page


def test_everybodys_ratings_stand_beside_their_spread(owner: StudyAccess, as_role: Any, login: Login) -> None:
    job = held_by(owner, 3)
    priorities.rate(owner, job=job, criterion="business", value=1)
    priorities.rate(as_role(Role.REVIEWER), job=job, criterion="business", value=4)

    page = text_of(login(owner).get(at(owner, "priority", job.pk)))

    assert "mean 2.5, from 1 to 4" in page


def test_an_approval_keeps_the_rank_it_was_given_at(owner: StudyAccess, as_role: Any, login: Login) -> None:
    first = held_by(owner, 4)
    client = login(as_role(Role.REVIEWER))
    client.post(at(owner, "decide", first.pk), {"decision": "approved", "note": "Clear"})
    held_by(owner, 9)

    assert (Approval.objects.get().rank, lines_of(owner)[1].verdict.rank) == (1, 1)  # type: ignore[union-attr]
    assert "approved at rank 1 then" in text_of(client.get(at(owner, "priorities")))


def test_asking_for_more_work_says_what_is_missing(owner: StudyAccess, login: Login) -> None:
    response = login(owner).post(at(owner, "decide", held_by(owner, 3).pk), {"decision": "needs_work"})

    assert (response.status_code, Approval.objects.count()) == (422, 0)
    assert "Say what is missing" in text_of(response)


def test_a_deleted_comment_can_be_brought_back(owner: StudyAccess, login: Login) -> None:
    job, client = held_by(owner, 3), login(owner)
    client.post(at(owner, "comment", job.pk), {"text": "Is this one job or two?"})
    comment = Comment.objects.get()

    client.post(at(owner, "comment_delete", comment.pk))
    assert job.comments.count() == 0
    client.post(at(owner, "comment_restore", comment.pk))
    assert job.comments.count() == 1


def test_somebody_elses_comment_stays(owner: StudyAccess, as_role: Any, login: Login) -> None:
    job = held_by(owner, 3)
    comment = priorities.comment(owner, job=job, text="Mine")

    login(as_role(Role.REVIEWER)).post(at(owner, "comment_delete", comment.pk))

    assert job.comments.count() == 1


def test_hostile_words_stay_words(owner: StudyAccess, login: Login) -> None:
    job = held_by(owner, 3)
    Job.objects.filter(pk=job.pk).update(statement="</script><script>alert(1)</script>")
    priorities.comment(owner, job=job, text="<img src=x onerror=alert(1)>")

    for page in ("priorities", "priority"):
        ids = [job.pk] if page == "priority" else []
        content = login(owner).get(at(owner, page, *ids)).content.decode()
        assert ("<script>alert" in content, "<img src=x" in content) == (False, False)


def test_weights_are_changed_with_a_reason_and_a_stale_change_is_kept_in_the_form(
    owner: StudyAccess, login: Login
) -> None:
    client, url = login(owner), at(owner, "weights")
    given = dict.fromkeys(WEIGHTED, "1") | {"version": "1"}

    without_reason = client.post(url, given)
    saved = client.post(url, given | {"reason": "All alike"})
    stale = client.post(url, given | {"reason": "Mine", "fit": "7"})

    assert (without_reason.status_code, saved.status_code, stale.status_code) == (422, 302, 409)
    assert owner.study.priority_settings.reason == "All alike"
    assert 'value="Mine"' in text_of(stale)
    assert "Someone changed this" in text_of(stale)
    again = client.post(url, given | {"reason": "Mine", "version": "2"})
    assert again.status_code == 302


def test_weights_that_count_nothing_are_refused(owner: StudyAccess, login: Login) -> None:
    given = dict.fromkeys(WEIGHTED, "0") | {"version": "1", "reason": "None"}

    response = login(owner).post(at(owner, "weights"), given)

    assert (response.status_code, "At least one criterion has to count." in text_of(response)) == (422, True)


def test_a_sixth_goal_is_refused_and_five_are_kept(owner: StudyAccess, login: Login) -> None:
    client, url = login(owner), at(owner, "goals")

    too_many = client.post(url, {"goals": "\n".join("abcdef"), "version": "1"})
    kept = client.post(url, {"goals": "\n".join("abcde"), "version": "1"})

    assert (too_many.status_code, kept.status_code) == (422, 302)
    assert owner.study.priority_settings.goals == list("abcde")


@pytest.mark.parametrize(
    ("role", "forms"),
    [
        (Role.OWNER, {"weights", "rate", "decide", "comment"}),
        (Role.RESEARCHER, {"weights", "rate", "comment"}),
        (Role.REVIEWER, {"weights", "rate", "decide", "comment"}),
        (Role.STRATEGIST, {"comment"}),
        (Role.VIEWER, set()),
    ],
)
def test_each_role_sees_the_forms_that_it_may_send(
    role: Role, forms: set[str], owner: StudyAccess, as_role: Any, login: Login
) -> None:
    job, client = held_by(owner, 3), login(as_role(role))
    pages = client.get(at(owner, "priorities")).content + client.get(at(owner, "priority", job.pk)).content
    addresses = {name: at(owner, name, job.pk) for name in ("rate", "decide", "comment")}
    addresses["weights"] = at(owner, "weights")

    assert {name for name, url in addresses.items() if f'action="{url}' in pages.decode()} == forms


def test_pages_take_the_same_number_of_queries_for_one_job_and_for_three(
    owner: StudyAccess, login: Login, django_assert_num_queries: Any
) -> None:
    client, made = login(owner), []
    for jobs in (1, 2):
        made += [held_by(owner, 3) for _ in range(jobs)]
        client.get(at(owner, "priorities"))
        cache.clear()
        with django_assert_num_queries(16):
            client.get(at(owner, "priorities"))
        with django_assert_num_queries(18):
            client.get(at(owner, "priority", made[0].pk))
