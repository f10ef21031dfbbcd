"""What uvicorn serves: Django's WSGI handler in a small thread pool, and the websockets of the canvas.

Django's own ASGI handler opens a thread and a database connection for each request (docs/adr/0002).
"""

import sys

from cpd_site import env
from cpd_site.bridge import Bridge
from cpd_site.wsgi import application as wsgi_application

from channels.routing import ProtocolTypeRouter, URLRouter  # isort: skip  needs Django set up, as wsgi does
from django.conf import settings  # isort: skip

from cpd_site.checks import refuse_wrong_combinations  # isort: skip
from cpd_site.middleware import UPLOADS_AT_ONCE  # isort: skip
from cpd_site.origins import only_from_here  # isort: skip
from strategy.routing import websocket_urlpatterns  # isort: skip
from studies.memory import settle  # isort: skip

refuse_wrong_combinations()

# Who waits for the interpreter's lock gets it after half a millisecond, not five: a request changes hands
# several times (database, cache, event loop), and a page that computes must not keep letters waiting
sys.setswitchinterval(0.0005)

application = ProtocolTypeRouter(
    {
        "http": Bridge(
            wsgi_application,
            threads=env.integer("WEB_THREADS", 4, minimum=1),
            most=UPLOADS_AT_ONCE * settings.UPLOAD_MAX_BYTES,
        ),
        "websocket": only_from_here(URLRouter(websocket_urlpatterns)),
    }
)
settle()
