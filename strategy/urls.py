from django.urls import path

from strategy.views import actions, canvases, cards, loops, readings, versions

app_name = "strategy"
urlpatterns = [
    path("canvases/", canvases.canvases, name="canvases"),
    path("canvases/open/<int:general_id>/", canvases.canvas_open, name="canvas_open"),
    path("canvases/<int:canvas_id>/", canvases.canvas, name="canvas"),
    path("canvases/<int:canvas_id>/evidence/", canvases.evidence, name="evidence"),
    path("canvases/<int:canvas_id>/elements/<int:element_id>/", canvases.element, name="element"),
    path("canvases/<int:canvas_id>/find/", canvases.find, name="find"),
    path("canvases/<int:canvas_id>/delete/", canvases.canvas_delete, name="canvas_delete"),
    path("canvases/<int:canvas_id>/restore/", canvases.canvas_restore, name="canvas_restore"),
    path("canvases/<int:canvas_id>/cards/<int:card_id>/", cards.card, name="card"),
    path("canvases/<int:canvas_id>/cards/<int:card_id>/agree/", cards.card_agree, name="card_agree"),
    path("canvases/<int:canvas_id>/cards/<int:card_id>/quotes/", cards.card_quotes, name="card_quotes"),
    path("canvases/<int:canvas_id>/cards/<int:card_id>/action/", cards.card_action, name="card_action"),
    path("canvases/<int:canvas_id>/actions/", actions.action_add, name="action_add"),
    path("canvases/<int:canvas_id>/versions/", versions.versions, name="versions"),
    path("canvases/<int:canvas_id>/versions/keep/", versions.version_keep, name="version_keep"),
    path("canvases/<int:canvas_id>/versions/<int:version_id>/", versions.version, name="version"),
    path(
        "canvases/<int:canvas_id>/versions/<int:version_id>/restore/",
        versions.version_restore,
        name="version_restore",
    ),
    path(
        "canvases/<int:canvas_id>/versions/<int:version_id>/cards/<slug:card_key>/",
        versions.version_card,
        name="version_card",
    ),
    path("actions/", actions.actions, name="actions"),
    path("actions/export.csv", actions.export, name="actions_export"),
    path("actions/<int:action_id>/", actions.action, name="action"),
    path("actions/<int:action_id>/edit/", actions.action_edit, name="action_edit"),
    path("actions/<int:action_id>/status/", actions.action_status, name="action_status"),
    path("actions/<int:action_id>/check/", actions.action_check, name="action_check"),
    path("actions/<int:action_id>/link/", actions.action_link, name="action_link"),
    path("actions/<int:action_id>/close/", loops.loop_close, name="loop_close"),
    path("actions/<int:action_id>/reopen/", loops.loop_reopen, name="loop_reopen"),
    path("actions/<int:action_id>/next/", loops.loop_next, name="loop_next"),
    path("actions/<int:action_id>/readings/", readings.reading_add, name="reading_add"),
    path("actions/<int:action_id>/readings/import/", readings.readings_import, name="readings_import"),
    path("actions/<int:action_id>/readings/<int:reading_id>/", readings.reading_edit, name="reading_edit"),
    path(
        "actions/<int:action_id>/readings/<int:reading_id>/remove/",
        readings.reading_remove,
        name="reading_remove",
    ),
    path(
        "actions/<int:action_id>/readings/<int:reading_id>/restore/",
        readings.reading_restore,
        name="reading_restore",
    ),
    path("actions/<int:action_id>/delete/", actions.action_delete, name="action_delete"),
    path("actions/<int:action_id>/restore/", actions.action_restore, name="action_restore"),
]
