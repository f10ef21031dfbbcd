"""The web process: Django as a WSGI application, with everything that stays loaded at once."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpd_site.settings")

application = get_wsgi_application()
_ = get_resolver().url_patterns  # the views too, rather than with the first request

# The collector would walk all of this again and again in the middle of requests, 20 % of a page's time.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
