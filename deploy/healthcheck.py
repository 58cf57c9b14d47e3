"""Asks the web process of this container whether it answers, the way the proxy does; ends with 1 when it does not."""

import http.client
import os
import sys


def main() -> int:
    """GET /healthz on port 8000 with the public host name."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    door = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    try:
        door.request("GET", "/healthz", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return 0 if door.getresponse().status == http.client.OK else 1
    except OSError:
        return 1
    finally:
        door.close()


if __name__ == "__main__":
    sys.exit(main())
