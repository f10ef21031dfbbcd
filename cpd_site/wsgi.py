"""Django as a WSGI application, with the views loaded at once rather than with the first request."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")

application = get_wsgi_application()
_ = get_resolver().url_patterns
