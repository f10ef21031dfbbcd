from django.urls import path

from studies import views

app_name = "studies"
urlpatterns = [
    path("", views.study_list, name="list"),
    path("new/", views.create, name="create"),
    path("join/", views.invitation, name="invitation"),
    path("join/<str:token>/", views.join, name="join"),
    path("s/<slug:slug>/settings/", views.settings, name="settings"),
    path("s/<slug:slug>/members/", views.members, name="members"),
    path("s/<slug:slug>/members/invite/", views.invite, name="invite"),
    path("s/<slug:slug>/members/restore/", views.member_restore, name="member_restore"),
    path("s/<slug:slug>/members/leave/", views.leave, name="leave"),
    path("s/<slug:slug>/members/<int:membership_id>/role/", views.member_role, name="member_role"),
    path("s/<slug:slug>/members/<int:membership_id>/remove/", views.member_remove, name="member_remove"),
    path(
        "s/<slug:slug>/invitations/<int:invitation_id>/revoke/",
        views.invitation_revoke,
        name="invitation_revoke",
    ),
    path("s/<slug:slug>/activity/", views.activity, name="activity"),
    path("s/<slug:slug>/runs/<int:run_id>/", views.run, name="run"),
    path("s/<slug:slug>/runs/<int:run_id>/cancel/", views.run_cancel, name="run_cancel"),
    path("s/<slug:slug>/runs/<int:run_id>/repeat/", views.run_repeat, name="run_repeat"),
]
