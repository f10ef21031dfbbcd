"""What uvicorn serves: pages by Django's WSGI handler in a small thread pool, and the websockets of canvases.

Django's own ASGI handler opens a thread and a database connection for each request (docs/adr/0002).
"""

import sys
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from cpd_site import env
from cpd_site.wsgi import application as wsgi_application

from channels.routing import ProtocolTypeRouter, URLRouter  # isort: skip  needs Django set up, as wsgi does

from cpd_site.origins import only_from_here  # isort: skip
from strategy.routing import websocket_urlpatterns  # isort: skip

# A page that computes must not keep the loop, and with it everybody's letters, waiting for 5 ms at a time
sys.setswitchinterval(0.0005)

application = ProtocolTypeRouter(
    {
        "http": WSGIMiddleware(cast(Any, wsgi_application), workers=env.integer("WEB_THREADS", 4, minimum=1)),
        "websocket": only_from_here(URLRouter(websocket_urlpatterns)),
    }
)
