"""Pages about studies, their people and their history."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def study_list(request: HttpRequest) -> HttpResponse:
    return render(
        request, "studies/list.html", {"memberships": request.user.memberships.select_related("study")}
    )
