"""Addresses of a room: not below a study, because guests know nothing of it."""

from django.urls import path

from strategy.views import closing, comments, grounds, guests, screen, workshops

app_name = "room"
urlpatterns = [
    path("join/", guests.door, name="door"),
    path("join/<str:token>/", guests.opened, name="join"),
    path("away/", guests.away, name="away"),
    path("leave/", guests.leave, name="leave"),
    path("left/", guests.left, name="left"),
    path("<int:canvas_id>/", guests.room, name="room"),
    path("<int:canvas_id>/facts/", workshops.room_facts, name="facts"),
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
    path("<int:canvas_id>/screen/", screen.screen, name="screen"),
    path("<int:canvas_id>/screen/board/", screen.screen_board, name="screen_board"),
    path("<int:canvas_id>/workshop/", workshops.bar, name="workshop"),
    path("<int:canvas_id>/workshop/controls/", workshops.controls, name="controls"),
    path("<int:canvas_id>/workshop/progress/", workshops.progress, name="progress"),
    path("<int:canvas_id>/workshop/start/", workshops.start, name="start"),
    path("<int:canvas_id>/workshop/hand-over/", workshops.hand_over, name="hand_over"),
    path("<int:canvas_id>/workshop/take-over/", workshops.take_over, name="take_over"),
    path("<int:canvas_id>/workshop/stage/", workshops.stage, name="stage"),
    path("<int:canvas_id>/workshop/silent/", workshops.silent, name="silent"),
    path("<int:canvas_id>/workshop/vote/", workshops.vote, name="vote"),
    path("<int:canvas_id>/workshop/timer/", workshops.timer, name="timer"),
    path("<int:canvas_id>/workshop/focus/", workshops.focus, name="focus"),
    path("<int:canvas_id>/workshop/lanes/", workshops.lanes, name="lanes"),
    path("<int:canvas_id>/workshop/links/", guests.link_make, name="link_make"),
    path("<int:canvas_id>/workshop/links/<int:room_link_id>/revoke/", guests.link_revoke, name="link_revoke"),
    path("<int:canvas_id>/workshop/actions/", closing.actions, name="actions"),
    path("<int:canvas_id>/workshop/end/", closing.end, name="end"),
    path("<int:canvas_id>/cards/<slug:card_key>/lock/", workshops.card_lock, name="card_lock"),
    path("<int:canvas_id>/cards/<slug:card_key>/dot/", workshops.card_dot, name="card_dot"),
    path("<int:canvas_id>/cards/<slug:card_key>/action/", closing.card_action, name="card_action"),
    path("<int:canvas_id>/actions/<int:action_id>/", closing.action_set, name="action_set"),
    path("<int:canvas_id>/actions/<int:action_id>/check/", closing.action_check, name="action_check"),
]
