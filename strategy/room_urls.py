"""Addresses of a room: not below a study, because guests know nothing of it."""

from django.urls import path

from strategy.views import room

app_name = "room"
urlpatterns = [
    path("<int:canvas_id>/facts/", room.room_facts, name="facts"),
]
