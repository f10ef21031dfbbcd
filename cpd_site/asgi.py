"""What uvicorn serves: Django's WSGI handler in a small thread pool, whose threads keep their connections.

Django's own ASGI handler opens a thread and a database connection for each request (docs/adr/0002).
"""

import sys

from cpd_site import env
from cpd_site.bridge import Bridge
from cpd_site.wsgi import application as wsgi_application

# Who waits for the interpreter's lock gets it after a millisecond, not five: a request changes hands several
# times (database, cache, event loop), and each time it waited for whoever was just computing a page
sys.setswitchinterval(0.001)

application = Bridge(wsgi_application, threads=env.integer("WEB_THREADS", 4, minimum=1))
