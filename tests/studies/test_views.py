"""Story 1: create a study, invite colleagues by link with a role, and manage who may do what."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from interviews.models import GuidePrompt
from studies.access import StudyAccess
from studies.actions.people import invite
from studies.models import Invitation, Membership, Run, Study
from studies.roles import Role
from tests import factories

PLAN = {
    "name": "Cargo bikes",
    "question": "Why do families buy?",
    "switch": "From the car to a bike",
    "sample_frame": "Recent buyers",
    "sample_size": 12,
}


def page(name: str, access: StudyAccess, *args: Any) -> str:
    return reverse(f"studies:{name}", args=[access.study.slug, *args])


# --- studies -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_studies_takes_the_same_queries_for_one_and_for_three(
    rows: int, owner: StudyAccess, login: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(rows - 1):
        Membership.objects.create(study=factories.make_study(), user=owner.user, role=Role.VIEWER)
    client = login(owner)

    with django_assert_num_queries(3):  # session, person, memberships
        response = client.get("/")

    assert response.content.decode().count("data-row-link") == rows


def test_the_list_shows_only_my_studies(owner: StudyAccess, outsider: StudyAccess, login: Any) -> None:
    shown = login(owner).get("/").content.decode()

    assert owner.study.name in shown
    assert outsider.study.name not in shown


def test_a_visitor_without_an_account_is_sent_to_sign_in(db: None) -> None:
    response = Client().get("/new/")

    assert response.url == "/account/login/?next=/new/"


def test_creating_a_study_makes_me_its_owner_and_gives_it_a_guide(owner: StudyAccess, login: Any) -> None:
    response = login(owner).post("/new/", PLAN)

    study = Study.objects.get(slug="cargo-bikes")
    assert response.url == "/s/cargo-bikes/"
    assert study.memberships.get().role == Role.OWNER
    assert GuidePrompt.objects.filter(study=study).count() > 10


def test_a_study_without_a_name_is_not_created_and_nothing_typed_is_lost(
    owner: StudyAccess, login: Any
) -> None:
    response = login(owner).post("/new/", PLAN | {"name": ""})

    assert response.status_code == 422
    assert "Why do families buy?" in response.content.decode()
    assert Study.objects.count() == 1


# --- settings ----------------------------------------------------------------------------------------
def settings_form(access: StudyAccess, **changes: Any) -> dict[str, Any]:
    phases = {f"phase_{n}": access.study.phase_label(n) for n in range(1, 5)}
    return PLAN | phases | {"single_keys": "on", "version": access.study.version} | changes


def test_the_owner_renames_a_phase_for_the_whole_study(owner: StudyAccess, login: Any) -> None:
    response = login(owner).post(page("settings", owner), settings_form(owner, phase_1="Wake-up"))

    owner.study.refresh_from_db()
    assert response.status_code == 302
    assert owner.study.phase_label(1) == "Wake-up"
    assert owner.study.version == 2


def test_an_emptied_phase_name_goes_back_to_the_methods_own(owner: StudyAccess, login: Any) -> None:
    login(owner).post(page("settings", owner), settings_form(owner, phase_2=" "))

    owner.study.refresh_from_db()
    assert owner.study.phase_label(2) == "Expectations"


def test_single_letter_keys_can_be_switched_off_for_the_study(owner: StudyAccess, login: Any) -> None:
    form = settings_form(owner)
    del form["single_keys"]
    login(owner).post(page("settings", owner), form)

    owner.study.refresh_from_db()
    assert owner.study.single_keys is False


def test_settings_that_somebody_changed_meanwhile_are_not_overwritten(
    owner: StudyAccess, as_role: Any, login: Any
) -> None:
    second = as_role(Role.OWNER)
    mine, theirs = settings_form(owner, name="Mine"), settings_form(owner, name="Theirs")
    login(second).post(page("settings", owner), theirs)

    response = login(owner).post(page("settings", owner), mine)

    owner.study.refresh_from_db()
    shown = response.content.decode()
    assert response.status_code == 409
    assert owner.study.name == "Theirs"
    assert "Someone changed this" in shown
    assert 'value="Mine"' in shown


def test_after_the_warning_the_second_save_counts(owner: StudyAccess, login: Any) -> None:
    Study.objects.filter(pk=owner.study.pk).update(version=5)
    client = login(owner)
    answer = client.post(page("settings", owner), settings_form(owner, name="Mine"))

    version = answer.context["form"].data["version"]
    client.post(page("settings", owner), settings_form(owner, name="Mine", version=version))

    owner.study.refresh_from_db()
    assert owner.study.name == "Mine"


def test_a_sample_of_nobody_is_refused(owner: StudyAccess, login: Any) -> None:
    response = login(owner).post(page("settings", owner), settings_form(owner, sample_size=0))

    assert response.status_code == 422


# --- members -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_the_members_page_takes_the_same_queries_for_one_and_for_three(
    rows: int, owner: StudyAccess, as_role: Any, login: Any, django_assert_num_queries: Any
) -> None:
    for _ in range(rows - 1):
        as_role(Role.VIEWER)
    client = login(owner)

    with django_assert_num_queries(6):  # session, person, door, members, invitations, switcher
        response = client.get(page("members", owner))

    assert response.content.decode().count("<tr data-row>") == rows


def test_a_viewer_sees_the_members_and_can_change_nobody(
    owner: StudyAccess, as_role: Any, login: Any
) -> None:
    shown = login(as_role(Role.VIEWER)).get(page("members", owner)).content.decode()

    assert owner.user.first_name in shown
    assert "Make an invitation link" not in shown
    assert 'name="role"' not in shown


def test_the_invitation_link_is_shown_once_and_only_its_digest_is_kept(
    owner: StudyAccess, login: Any
) -> None:
    client = login(owner)
    shown = client.post(page("invite", owner), {"role": "reviewer", "note": "Bea"}).content.decode()

    invitation = Invitation.objects.get()
    link = shown.split('id="invitation-link" value="')[1].split('"')[0]
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert link.startswith("http://testserver/join/")
    assert 'aria-label="Invitation link" autofocus>' in shown
    assert token not in str(vars(invitation))
    assert token not in client.get(page("members", owner)).content.decode()


def test_a_role_that_does_not_exist_is_refused(owner: StudyAccess, login: Any) -> None:
    response = login(owner).post(page("invite", owner), {"role": "emperor"})

    assert response.status_code == 422
    assert Invitation.objects.count() == 0


def test_the_owner_changes_a_role(owner: StudyAccess, as_role: Any, login: Any) -> None:
    as_role(Role.VIEWER)
    membership = owner.study.memberships.get(role=Role.VIEWER)

    login(owner).post(page("member_role", owner, membership.pk), {"role": "strategist"})

    membership.refresh_from_db()
    assert membership.role == "strategist"
    assert owner.study.history.first().verb == "member.role_changed"


def test_the_last_owner_cannot_step_down_or_leave(owner: StudyAccess, login: Any) -> None:
    client, mine = login(owner), owner.study.memberships.get()
    client.post(page("member_role", owner, mine.pk), {"role": "viewer"})
    client.post(page("member_remove", owner, mine.pk))
    response = client.post(page("leave", owner), {"leave": owner.study.slug}, follow=True)

    mine.refresh_from_db()
    assert mine.role == Role.OWNER
    assert "Make somebody else owner first" in response.content.decode()


def test_removing_somebody_shuts_the_door_and_can_be_undone(
    owner: StudyAccess, as_role: Any, login: Any
) -> None:
    colleague = as_role(Role.RESEARCHER)
    membership = owner.study.memberships.get(user=colleague.user)
    client = login(owner)
    removed = client.post(page("member_remove", owner, membership.pk), follow=True).content.decode()
    after = login(colleague).get(page("members", owner)).status_code
    undo = removed.split('action="')[1:]
    client.post(next(url for url in undo if "restore" in url).split('"')[0].replace("&amp;", "&"))

    assert after == 404
    assert owner.study.memberships.get(user=colleague.user).role == Role.RESEARCHER


def test_a_seal_of_another_study_restores_nobody(
    owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    from django.core import signing

    seal = signing.dumps([outsider.study.pk, outsider.user.pk, "owner"], salt="member")
    response = login(owner).post(page("member_restore", owner) + f"?seal={seal}")

    assert response.status_code == 400
    assert owner.study.memberships.count() == 1


def test_a_member_leaves(owner: StudyAccess, as_role: Any, login: Any) -> None:
    viewer = as_role(Role.VIEWER)
    response = login(viewer).post(page("leave", owner), {"leave": owner.study.slug})

    assert response.url == "/"
    assert owner.study.memberships.count() == 1


# --- joining -----------------------------------------------------------------------------------------
def test_an_invitation_survives_signing_up_and_is_accepted_by_post(owner: StudyAccess) -> None:
    _, token = invite(owner, role="researcher")
    visitor = Client()
    opened = visitor.get(f"/join/{token}/", follow=True)
    visitor.post(
        "/account/signup/?next=/join/",
        {
            "name": "Nora New",
            "email": "nora@example.org",
            "password1": "a long enough one",
            "password2": "a long enough one",
        },
    )
    before = owner.study.memberships.count()
    page_after_signup = visitor.get("/join/").content.decode()
    joined = visitor.post("/join/")

    assert "Sign up" in opened.content.decode()
    assert before == 1
    assert "Accept and open the study" in page_after_signup
    assert joined.url == f"/s/{owner.study.slug}/"
    assert owner.study.memberships.get(role="researcher").user.first_name == "Nora New"


def test_opening_a_link_does_not_join_anybody(owner: StudyAccess, outsider: StudyAccess, login: Any) -> None:
    _, token = invite(owner, role="viewer")
    login(outsider).get(f"/join/{token}/", follow=True)

    assert owner.study.memberships.count() == 1


def test_a_link_works_once(owner: StudyAccess, outsider: StudyAccess, login: Any) -> None:
    _, token = invite(owner, role="viewer")
    first, second = login(outsider), login(factories.make_access())
    for client in (first, second):
        client.get(f"/join/{token}/")
    first.post("/join/")

    refused = second.post("/join/")

    assert refused.status_code == 410
    assert "has been used" in refused.content.decode()
    assert owner.study.memberships.count() == 2


@pytest.mark.parametrize(("state", "words"), [("revoked_at", "withdrawn"), ("expires_at", "expired")])
def test_a_link_that_is_over_says_why(
    state: str, words: str, owner: StudyAccess, outsider: StudyAccess, login: Any
) -> None:
    invitation, token = invite(owner, role="viewer")
    Invitation.objects.filter(pk=invitation.pk).update(**{state: "2020-01-01T00:00:00Z"})

    response = login(outsider).get(f"/join/{token}/", follow=True)

    assert response.status_code == 410
    assert words in response.content.decode()


def test_an_invented_link_is_not_valid(db: None) -> None:
    response = Client().get("/join/nonsense/", follow=True)

    assert response.status_code == 404
    assert "not valid" in response.content.decode()


def test_a_member_who_opens_a_link_spends_nothing(owner: StudyAccess, login: Any) -> None:
    invitation, token = invite(owner, role="viewer")
    response = login(owner).get(f"/join/{token}/", follow=True)

    invitation.refresh_from_db()
    assert response.redirect_chain[-1][0] == f"/s/{owner.study.slug}/"
    assert invitation.accepted_at is None


def test_guessing_links_is_slowed_down(db: None) -> None:
    from django.core.cache import cache

    cache.clear()
    visitor = Client()
    statuses = [visitor.get(f"/join/guess{n}/", follow=True).status_code for n in range(21)]
    cache.clear()

    assert statuses == [404] * 20 + [429]


def test_the_owner_revokes_an_invitation(owner: StudyAccess, login: Any) -> None:
    invitation, _ = invite(owner, role="viewer", note="Bea")
    login(owner).post(page("invitation_revoke", owner, invitation.pk))

    invitation.refresh_from_db()
    assert invitation.is_open is False
    assert owner.study.history.first().sentence == "revoked the invitation:"


def test_where_sign_up_is_closed_only_an_open_invitation_opens_it(owner: StudyAccess, settings: Any) -> None:
    settings.SIGNUP_OPEN = False
    _, token = invite(owner, role="viewer")
    stranger, guest = Client(), Client()
    stranger.get("/join/nonsense/")
    guest.get(f"/join/{token}/")

    closed, opened = stranger.get("/account/signup/"), guest.get("/account/signup/")

    assert "password1" not in closed.content.decode()
    assert "password1" in opened.content.decode()


def test_too_many_wrong_passwords_lock_the_address_for_a_while(owner: StudyAccess) -> None:
    from django.core.cache import cache

    cache.clear()
    visitor = Client()
    wrong = {"login": owner.user.email, "password": "wrong"}
    for _ in range(5):
        visitor.post("/account/login/", wrong)
    right = visitor.post("/account/login/", {"login": owner.user.email, "password": "correct horse"})
    cache.clear()

    assert "Too many failed login attempts" in right.content.decode()


# --- activity and runs -------------------------------------------------------------------------------
def add_history(access: StudyAccess, number: int) -> None:
    from studies.history import record

    for _ in range(number):
        record(access, "study.edited", access.study)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_activity_feed_takes_the_same_queries_for_one_and_for_three(
    rows: int, owner: StudyAccess, login: Any, django_assert_num_queries: Any
) -> None:
    add_history(owner, rows)
    client = login(owner)

    with django_assert_num_queries(7):  # session, person, door, history, members, runs, switcher
        response = client.get(page("activity", owner))

    assert response.content.decode().count("changed the settings of") == rows


def test_the_feed_is_filtered_by_person_and_kind(owner: StudyAccess, as_role: Any, login: Any) -> None:
    second = as_role(Role.OWNER)
    add_history(owner, 1)
    invite(second, role="viewer")
    client = login(owner)

    by_person = client.get(page("activity", owner), {"person": second.user.pk}).context["feed"].entries
    by_kind = client.get(page("activity", owner), {"kind": "study"}).context["feed"].entries

    assert [entry.verb for entry in by_person] == ["invitation.made"]
    assert [entry.verb for entry in by_kind] == ["study.edited"]


def test_older_entries_are_reached_by_cursor(owner: StudyAccess, login: Any) -> None:
    add_history(owner, 53)
    client = login(owner)
    first = client.get(page("activity", owner)).context["feed"]
    second = client.get(page("activity", owner), {"before": first.older}).context["feed"]

    assert (len(first.entries), len(second.entries), second.older) == (50, 3, None)


def test_a_page_that_polls_hears_what_is_new(owner: StudyAccess, login: Any) -> None:
    add_history(owner, 3)
    since = owner.study.history.last().pk

    news = login(owner).get(page("activity", owner), {"since": since}).json()

    assert len(news["entries"]) == 2
    assert news["last"] == owner.study.history.first().pk
    assert news["reload"] is False


def test_who_is_far_behind_is_told_to_reload(owner: StudyAccess, login: Any) -> None:
    add_history(owner, 101)

    assert login(owner).get(page("activity", owner), {"since": 0}).json()["reload"] is True


@pytest.mark.parametrize("junk", ["x", "-1", "9" * 30, "٣"])
def test_nonsense_in_the_address_filters_nothing(junk: str, owner: StudyAccess, login: Any) -> None:
    add_history(owner, 3)
    client = login(owner)

    asked = {"before": junk, "person": junk, "kind": junk}
    found, usual = (client.get(page("activity", owner), query).context["feed"] for query in (asked, {}))

    assert len(usual.entries) >= 3
    assert found.entries == usual.entries


def make_run(access: StudyAccess, **fields: Any) -> Run:
    defaults = {"kind": "jobs.cluster", "input_digest": "x", "created_by": access.user}
    return Run.objects.create(study=access.study, **defaults | fields)


def test_a_running_run_asks_for_itself_again_and_a_finished_one_does_not(
    owner: StudyAccess, login: Any
) -> None:
    run = make_run(owner, state="running", progress=40, message="Grouping")
    client, url = login(owner), page("run", owner, run.pk)
    running = client.get(url, headers={"hx-request": "true"})
    Run.objects.filter(pk=run.pk).update(state="done", result={"groups": 12})
    done = client.get(url, headers={"hx-request": "true", "hx-current-url": f"http://testserver{url}"})
    elsewhere = client.get(url, headers={"hx-request": "true", "hx-current-url": "http://testserver/"})

    assert f'hx-get="{url}"' in running.content.decode()
    assert "Grouping, 40 %" in running.content.decode()
    assert "hx-get" not in done.content.decode()
    assert done["HX-Trigger"] == "run-over"
    assert "<html" not in done.content.decode()
    assert 'id="run-facts" hx-swap-oob="true"' in done.content.decode()
    assert "<dt>Groups</dt><dd>12</dd>" in done.content.decode()
    assert "run-facts" not in elsewhere.content.decode()


def test_a_waiting_run_is_cancelled_by_its_button(owner: StudyAccess, login: Any) -> None:
    run = make_run(owner)
    response = login(owner).post(page("run_cancel", owner, run.pk))

    run.refresh_from_db()
    assert response.url == page("run", owner, run.pk)
    assert run.state == "cancelled"


def test_after_cancel_the_browser_never_leaves_for_another_site(owner: StudyAccess, login: Any) -> None:
    run = make_run(owner)
    response = login(owner).post(
        page("run_cancel", owner, run.pk), headers={"referer": "https://evil.example/"}
    )

    assert response.url == page("run", owner, run.pk)


def test_a_failed_run_is_started_again_as_a_new_one(
    owner: StudyAccess, login: Any, django_capture_on_commit_callbacks: Any
) -> None:
    run = make_run(owner, state="failed", error="Boom", params={"k": 1}, seed=7)
    response = login(owner).post(page("run_repeat", owner, run.pk))

    again = owner.study.runs.exclude(pk=run.pk).get()
    assert response.url == page("run", owner, again.pk)
    assert (again.kind, again.params, again.seed, again.state) == ("jobs.cluster", {"k": 1}, 7, "queued")


def test_a_viewer_sees_a_run_without_buttons(owner: StudyAccess, as_role: Any, login: Any) -> None:
    run = make_run(owner)
    shown = login(as_role(Role.VIEWER)).get(page("run", owner, run.pk)).content.decode()

    assert "Cancel" not in shown
