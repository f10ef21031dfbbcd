"""The service worker of live capture and canvases: at the root, a worker rules only what lies beneath."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

SCRIPT = settings.BASE_DIR / "static/js/service-worker.js"


@cache_control(no_cache=True)
def service_worker(request: HttpRequest) -> HttpResponse:
    return HttpResponse(SCRIPT.read_bytes(), content_type="text/javascript; charset=utf-8")
