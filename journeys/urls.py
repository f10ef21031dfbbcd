from django.urls import path

from journeys import views

app_name = "journeys"
urlpatterns = [
    path("journey/", views.overview, name="overview"),
    path("journey/behind/", views.behind, name="behind"),
    path("journey/said/<int:element_id>/", views.said, name="said"),
    path("journey/<int:interview_id>/", views.interview, name="interview"),
]
