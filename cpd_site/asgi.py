"""What uvicorn serves: Django's WSGI handler in a small thread pool, whose threads keep their connections.

Django's own ASGI handler opens a thread and a database connection for each request (docs/adr/0002).
"""

from typing import Any, cast

from a2wsgi import WSGIMiddleware

from cpd_site import env
from cpd_site.wsgi import application as wsgi_application

application = WSGIMiddleware(cast(Any, wsgi_application), workers=env.integer("WEB_THREADS", 4, minimum=1))
