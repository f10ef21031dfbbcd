from django.urls import path

from interviews.views import capture, guide, interviews

app_name = "interviews"
urlpatterns = [
    path("interviews/", interviews.interviews, name="list"),
    path("interviews/new/", interviews.interview_new, name="new"),
    path("interviews/<int:interview_id>/capture/", capture.capture, name="capture"),
    path("interviews/<int:interview_id>/changes/", capture.changes, name="changes"),
    path("interviews/<int:interview_id>/elements/sync/", capture.sync, name="sync"),
    path("interviews/<int:interview_id>/consent/", capture.consent, name="consent"),
    path("interviews/<int:interview_id>/wheel/", capture.wheel_print, name="wheel_print"),
    path("interviews/<int:interview_id>/state/", interviews.interview_state, name="state"),
    path("interviews/<int:interview_id>/delete/", interviews.interview_delete, name="delete"),
    path("interviews/<int:interview_id>/restore/", interviews.interview_restore, name="restore"),
    path("guide/", guide.guide, name="guide"),
    path("guide/start/", guide.guide_start, name="guide_start"),
    path("guide/prompts/", guide.prompt_add, name="prompt_add"),
    path("guide/prompts/<int:prompt_id>/", guide.prompt_edit, name="prompt_edit"),
    path("guide/prompts/<int:prompt_id>/move/", guide.prompt_move, name="prompt_move"),
    path("guide/prompts/<int:prompt_id>/remove/", guide.prompt_remove, name="prompt_remove"),
]
