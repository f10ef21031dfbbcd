"""Studies and people: what is written, what is refused, and what the history tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from studies import history
from studies.access import StudyAccess, open_study
from studies.actions import people, studies
from studies.edits import StaleVersion, save_version
from studies.models import Invitation, Study
from studies.roles import VERBS_OF, Role, Verb
from tests import factories as make


def test_slugs_are_made_from_the_name_and_never_collide(owner: StudyAccess) -> None:
    names = ["Über Räder", "Über Räder", "??", "x" * 120]
    slugs = [studies.create_study(owner.user, name=name).study.slug for name in names]

    assert slugs == ["uber-rader", "uber-rader-2", "study", "x" * 50]


def test_a_study_begins_with_what_the_apps_above_registered(
    owner: StudyAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(studies, "STARTERS", [lambda access: seen.append(access.study.slug)])

    studies.create_study(owner.user, name="One")
    studies.create_study(owner.user, name="Two", bare=True)

    assert seen == ["one"]


def test_a_starter_that_fails_leaves_no_study(owner: StudyAccess, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(access: StudyAccess) -> None:
        raise RuntimeError

    monkeypatch.setattr(studies, "STARTERS", [fails])
    with pytest.raises(RuntimeError):
        studies.create_study(owner.user, name="One")

    assert not Study.objects.filter(name="One").exists()


def test_a_slug_taken_in_the_same_moment_costs_another_attempt(
    owner: StudyAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.make_study(slug="one")
    answers = iter(["one", "one-2"])
    monkeypatch.setattr(studies, "_free_slug", lambda name: next(answers))

    assert studies.create_study(owner.user, name="One").study.slug == "one-2"


def test_saving_settings_unchanged_writes_nothing(owner: StudyAccess) -> None:
    studies.edit_study(owner, seen=owner.study.version, name=owner.study.name)

    assert (owner.study.version, owner.study.history.count()) == (1, 0)


def test_the_history_keeps_what_the_settings_were(owner: StudyAccess) -> None:
    before = owner.study.name
    studies.edit_study(owner, seen=1, name="New")

    assert owner.study.history.get().data == {"before": {"name": before}}


def test_a_stale_edit_changes_nothing_and_brings_what_stands_there(owner: StudyAccess) -> None:
    Study.objects.filter(pk=owner.study.pk).update(version=2, name="Theirs")
    with pytest.raises(StaleVersion) as stale:
        studies.edit_study(owner, seen=1, name="Mine")

    assert stale.value.current.name == "Theirs"  # type: ignore[attr-defined]
    assert Study.objects.get(pk=owner.study.pk).name == "Theirs"


def test_an_invalid_row_is_not_saved(owner: StudyAccess) -> None:
    owner.study.name = ""
    with pytest.raises(ValidationError):
        save_version(owner.study, seen=None, fields=["name"])


def test_an_edit_without_a_seen_version_counts_up_from_the_row(owner: StudyAccess) -> None:
    owner.study.name = "Mine"
    save_version(owner.study, seen=None, fields=["name"])

    assert (owner.study.version, Study.objects.get(pk=owner.study.pk).version) == (2, 2)


def test_an_invitation_is_good_for_two_weeks(owner: StudyAccess) -> None:
    invitation, token = people.invite(owner, role="viewer")

    assert (invitation.expires_at - timezone.now()).days == 13
    assert invitation.token_digest == people.digest_of(token)


def test_two_people_with_one_link_become_one_member(owner: StudyAccess) -> None:
    _, token = people.invite(owner, role="viewer")
    people.accept_invitation(make.make_user(), digest=people.digest_of(token))
    with pytest.raises(people.InvitationRefused, match="has been used"):
        people.accept_invitation(make.make_user(), digest=people.digest_of(token))

    assert owner.study.memberships.count() == 2


def test_an_empty_digest_opens_nothing(owner: StudyAccess) -> None:
    Invitation.objects.create(
        study=owner.study, role="owner", token_digest="", expires_at=timezone.now() + timezone.timedelta(1)
    )
    with pytest.raises(people.InvitationRefused):
        people.accept_invitation(make.make_user(), digest="")


def test_a_used_invitation_cannot_be_revoked(owner: StudyAccess) -> None:
    invitation, token = people.invite(owner, role="viewer")
    people.accept_invitation(make.make_user(), digest=people.digest_of(token))

    assert people.revoke_invitation(owner, invitation=invitation) is False


def test_an_account_that_cannot_sign_in_does_not_count_as_owner(owner: StudyAccess, as_role: Any) -> None:
    ghost = as_role(Role.OWNER)
    ghost.user.is_active = False
    ghost.user.save(update_fields=["is_active"])

    with pytest.raises(people.LastOwner):
        people.leave_study(owner)


def test_an_owner_may_leave_another_owner_in_charge(owner: StudyAccess, as_role: Any) -> None:
    second = as_role(Role.OWNER)
    people.leave_study(owner)

    assert owner.study.memberships.get().user == second.user


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_only_an_owner_manages(role: Role, owner: StudyAccess, as_role: Any) -> None:
    access, mine = as_role(role), owner.study.memberships.get(role=Role.OWNER)
    refused = [
        lambda: studies.edit_study(access, seen=1, name="X"),
        lambda: people.invite(access, role="viewer"),
        lambda: people.change_role(access, membership=mine, role="viewer"),
        lambda: people.remove_member(access, membership=mine),
        lambda: people.restore_member(access, user_id=1, role="owner"),
    ]
    for attempt in refused:
        with pytest.raises(PermissionDenied):
            attempt()


def test_each_role_may_what_the_story_says() -> None:
    assert VERBS_OF[Role.OWNER] == set(Verb)
    assert Verb.CODE in VERBS_OF[Role.RESEARCHER]
    assert VERBS_OF[Role.REVIEWER] == {Verb.VIEW, Verb.COMMENT, Verb.RATE, Verb.APPROVE}
    assert VERBS_OF[Role.STRATEGIST] == {Verb.VIEW, Verb.COMMENT, Verb.EDIT_CANVAS}
    assert VERBS_OF[Role.VIEWER] == {Verb.VIEW}
    assert [role for role in Role if Verb.MANAGE in role.verbs] == [Role.OWNER]


def test_a_study_that_is_not_mine_looks_like_one_that_is_not(
    owner: StudyAccess, outsider: StudyAccess
) -> None:
    for slug in (outsider.study.slug, "no-such-study"):
        with pytest.raises(Http404, match="There is no such study, or you are not in it"):
            open_study(owner.user, slug)


def test_a_verb_without_a_sentence_is_refused(owner: StudyAccess) -> None:
    with pytest.raises(KeyError):
        history.record(owner, "study.exploded", owner.study)


def test_history_outlives_its_actor_and_its_target(owner: StudyAccess, as_role: Any) -> None:
    second = as_role(Role.OWNER)
    history.record(second, "study.edited", owner.study, label="x" * 300)
    name = second.user.first_name
    second.user.delete()

    entry = owner.study.history.get()
    assert (entry.actor, entry.actor_name, len(entry.target_label)) == (None, name, 200)


def test_somebody_without_an_account_is_somebody() -> None:
    assert history.person_name(None) == "Somebody"
