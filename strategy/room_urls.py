"""Addresses of a room: not below a study, because guests know nothing of it."""

from django.urls import path

from strategy.views import comments, grounds, room

app_name = "room"
urlpatterns = [
    path("<int:canvas_id>/facts/", room.room_facts, name="facts"),
    path("<int:canvas_id>/cards/<slug:card_key>/evidence/", grounds.evidence, name="evidence"),
    path("<int:canvas_id>/cards/<slug:card_key>/comments/", comments.comments, name="comments"),
    path(
        "<int:canvas_id>/cards/<slug:card_key>/comments/<int:card_comment_id>/resolve/",
        comments.comment_resolve,
        name="comment_resolve",
    ),
    path(
        "<int:canvas_id>/cards/<slug:card_key>/comments/<int:card_comment_id>/delete/",
        comments.comment_delete,
        name="comment_delete",
    ),
    path(
        "<int:canvas_id>/cards/<slug:card_key>/comments/<int:card_comment_id>/restore/",
        comments.comment_restore,
        name="comment_restore",
    ),
]
