"""Roles and what each may do. A page and an action ask for a verb, never for a role by name."""

from django.db import models


class Verb(models.TextChoices):
    VIEW = "view", "see everything in the study"
    COMMENT = "comment", "comment"
    CODE = "code", "run interviews, code them and write jobs"
    RATE = "rate", "rate jobs"
    APPROVE = "approve", "approve jobs"
    EDIT_CANVAS = "edit_canvas", "edit canvases and actions"
    MANAGE = "manage", "manage the study and its people"


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    RESEARCHER = "researcher", "Researcher"
    REVIEWER = "reviewer", "Reviewer"
    STRATEGIST = "strategist", "Strategist"
    VIEWER = "viewer", "Viewer"

    @property
    def verbs(self) -> frozenset[Verb]:
        return VERBS_OF[self]


VERBS_OF: dict[Role, frozenset[Verb]] = {
    Role.OWNER: frozenset(Verb),
    Role.RESEARCHER: frozenset({Verb.VIEW, Verb.COMMENT, Verb.CODE, Verb.RATE, Verb.EDIT_CANVAS}),
    Role.REVIEWER: frozenset({Verb.VIEW, Verb.COMMENT, Verb.RATE, Verb.APPROVE}),
    Role.STRATEGIST: frozenset({Verb.VIEW, Verb.COMMENT, Verb.EDIT_CANVAS}),
    Role.VIEWER: frozenset({Verb.VIEW}),
}
