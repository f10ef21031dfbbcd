"""Every address. Whatever belongs to a study lies under /s/<slug>/ and goes through its door."""

from django.contrib import admin
from django.urls import include, path

from cpd_site import views

urlpatterns = [
    path("health/", views.health, name="health"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("", include("studies.urls")),
    path("s/<slug:slug>/", include("interviews.urls")),
    path("s/<slug:slug>/", include("jobs.urls")),
    path("s/<slug:slug>/", include("journeys.urls")),
    path("s/<slug:slug>/", include("strategy.urls")),
]
