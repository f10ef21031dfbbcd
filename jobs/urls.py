from django.urls import path

from jobs.views import clusters, job_map, jobs, matrix, papers, priorities

app_name = "jobs"
urlpatterns = [
    path("jobs/", jobs.job_list, name="list"),
    path("jobs/write/", jobs.desks, name="desks"),
    path("jobs/write/<int:interview_id>/", jobs.write, name="write"),
    path("jobs/lint/", jobs.lint, name="lint"),
    path("jobs/map/", job_map.job_map, name="map"),
    path("jobs/map/<int:job_id>/", job_map.map_job, name="map_job"),
    path("jobs/map/<int:job_id>/move/", job_map.move, name="move"),
    path("jobs/map/<int:job_id>/also/", job_map.also, name="also"),
    path("jobs/<int:job_id>/", jobs.detail, name="detail"),
    path("jobs/<int:job_id>/said/", jobs.said, name="said"),
    path("jobs/<int:job_id>/edit/", jobs.edit, name="edit"),
    path("jobs/<int:job_id>/delete/", jobs.delete, name="delete"),
    path("jobs/<int:job_id>/restore/", jobs.restore, name="restore"),
    path("jobs/<int:job_id>/dismiss/", jobs.dismiss, name="dismiss"),
    path("jobs/<int:job_id>/evidence/", jobs.evidence, name="evidence"),
    path("jobs/<int:job_id>/evidence/<int:evidence_id>/turn/", jobs.evidence_turn, name="evidence_turn"),
    path(
        "jobs/<int:job_id>/evidence/<int:evidence_id>/remove/", jobs.evidence_remove, name="evidence_remove"
    ),
    path("clusters/", clusters.board, name="clusters"),
    path("clusters/news/", clusters.news, name="cluster_news"),
    path("clusters/run/", clusters.run, name="cluster_run"),
    path("clusters/undo/", clusters.undo, name="cluster_undo"),
    path("clusters/place/", clusters.place, name="cluster_place"),
    path("clusters/new/", clusters.new_group, name="cluster_new"),
    path("clusters/<int:cluster_id>/", clusters.cluster, name="cluster"),
    path("clusters/<int:cluster_id>/accept/", clusters.accept, name="cluster_accept"),
    path("clusters/<int:cluster_id>/rename/", clusters.rename, name="cluster_rename"),
    path("clusters/<int:cluster_id>/split/", clusters.split, name="cluster_split"),
    path("clusters/<int:cluster_id>/merge/", clusters.merge, name="cluster_merge"),
    path("clusters/<int:cluster_id>/dissolve/", clusters.dissolve, name="cluster_dissolve"),
    path("clusters/matrix/", matrix.matrix, name="matrix"),
    path("clusters/matrix/<int:general_id>/<int:interview_id>/", matrix.matrix_cell, name="matrix_cell"),
    path("clusters/together/", matrix.together, name="together"),
    path("clusters/saturation/", matrix.saturation, name="saturation"),
    path("jobs/priorities/", priorities.priorities, name="priorities"),
    path("jobs/priorities/weights/", priorities.weights, name="weights"),
    path("jobs/priorities/goals/", priorities.goals, name="goals"),
    path("jobs/priorities/<int:general_id>/", priorities.priority, name="priority"),
    path("jobs/priorities/<int:general_id>/behind/", priorities.behind, name="behind"),
    path("jobs/priorities/<int:general_id>/rate/", priorities.rate, name="rate"),
    path("jobs/priorities/<int:general_id>/decide/", priorities.decide, name="decide"),
    path("jobs/priorities/<int:general_id>/comment/", priorities.comment, name="comment"),
    path(
        "jobs/priorities/comments/<int:comment_id>/delete/", priorities.comment_delete, name="comment_delete"
    ),
    path(
        "jobs/priorities/comments/<int:comment_id>/restore/",
        priorities.comment_restore,
        name="comment_restore",
    ),
    path("jobs/priorities/paper/", papers.papers, name="papers"),
    path("jobs/priorities/approve/", papers.approve, name="approve"),
    path("jobs/priorities/approved/<int:snapshot_id>/", papers.snapshot, name="snapshot"),
]
