"""Every address. Whatever belongs to a study lies under /s/<slug>/ and goes through its door; respondents of
a survey have no account and come in under /survey/."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from cpd_site import offline, views
from cpd_site.erasing.views import erase
from cpd_site.exports import TABLES
from cpd_site.trash.kinds import KINDS
from cpd_site.trash.views import bring_back, trash
from jobs.views import survey_page

# Django's own sign-in page knows neither our limits nor the second factor
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
handler400 = "cpd_site.errors.bad_request"
handler500 = "cpd_site.errors.server_error"

urlpatterns = [
    path("health/", views.health, name="health"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("", include("studies.urls")),
    path("import/", views.archive_import, name="archive_import"),
    path("survey/<str:token>/", survey_page.page, name="survey"),
    path("survey/<str:token>/thanks/<str:language>/", survey_page.thanks, name="survey_thanks"),
    path("s/<slug:slug>/", views.study_home, name="study_home"),
    path("s/<slug:slug>/trash/", trash, name="trash"),
    *(
        path(
            f"s/<slug:slug>/trash/{name}/<int:{kind.id_name}>/bring-back/",
            bring_back(kind),
            name=f"bring_back_{name}",
        )
        for name, kind in KINDS.items()
    ),
    path("s/<slug:slug>/participants/<int:participant_id>/erase/", erase, name="participant_erase"),
    path("s/<slug:slug>/exports/", views.exports, name="exports"),
    *(
        path(f"s/<slug:slug>/exports/{table}.csv", views.export_table, {"table": table}, name="export_table")
        for table in TABLES
    ),
    path("s/<slug:slug>/exports/archive.json", views.export_archive, name="export_archive"),
    path("s/<slug:slug>/", include("interviews.urls")),
    path("s/<slug:slug>/", include("jobs.urls")),
    path("s/<slug:slug>/", include("journeys.urls")),
    path("s/<slug:slug>/", include("strategy.urls")),
    path("room/", include("strategy.room_urls")),
]
