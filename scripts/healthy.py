"""The container's health check: exit code 0 while the web process answers. Any host name will do."""

import http.client
import os
import sys


def main() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=4)
    host = (os.environ.get("ALLOWED_HOSTS") or "localhost").split(",")[0].strip().lstrip("*.") or "localhost"
    try:
        connection.request("GET", "/health/", headers={"Host": host})
        healthy = connection.getresponse().status == 200
    except OSError as error:
        raise SystemExit(f"The web process does not answer: {error}") from error
    sys.exit(0 if healthy else 1)


if __name__ == "__main__":
    main()
