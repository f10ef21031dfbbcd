from django.urls import path

from studies.views import activity, joining, people, studies

app_name = "studies"
urlpatterns = [
    path("", studies.study_list, name="list"),
    path("new/", studies.create, name="create"),
    path("join/", joining.invitation, name="invitation"),
    path("join/<str:token>/", joining.join, name="join"),
    path("s/<slug:slug>/settings/", studies.settings, name="settings"),
    path("s/<slug:slug>/members/", people.members, name="members"),
    path("s/<slug:slug>/members/invite/", people.invite, name="invite"),
    path("s/<slug:slug>/members/restore/", people.member_restore, name="member_restore"),
    path("s/<slug:slug>/members/leave/", people.leave, name="leave"),
    path("s/<slug:slug>/members/<int:membership_id>/role/", people.member_role, name="member_role"),
    path("s/<slug:slug>/members/<int:membership_id>/remove/", people.member_remove, name="member_remove"),
    path(
        "s/<slug:slug>/invitations/<int:invitation_id>/revoke/",
        people.invitation_revoke,
        name="invitation_revoke",
    ),
    path("s/<slug:slug>/activity/", activity.activity, name="activity"),
    path("s/<slug:slug>/runs/<int:run_id>/", activity.run, name="run"),
    path("s/<slug:slug>/runs/<int:run_id>/cancel/", activity.run_cancel, name="run_cancel"),
    path("s/<slug:slug>/runs/<int:run_id>/repeat/", activity.run_repeat, name="run_repeat"),
]
