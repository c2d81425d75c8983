"""How many database queries each request of bench/inbox.py makes. Called by it, with a token."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")


def main(token: str) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    settings.ALLOWED_HOSTS = ["*"]
    client = Client(headers={"Authorization": f"Bearer {token}"})
    ticket = client.get("/api/v1/tickets?view=all").json()["items"][0]["id"]
    paths = {
        "list": "/api/v1/tickets?view=open",
        "list, narrowed": "/api/v1/tickets?view=all&channel=chat",
        "full page": "/api/v1/tickets?view=all",
        "full page, narrowed": "/api/v1/tickets?view=solved&channel=email",
        "counts": "/api/v1/tickets/counts",
        "ticket page": f"/api/v1/tickets/{ticket}",
        "search": "/api/v1/search?q=%E9%80%80%E6%AC%BE",
    }
    for kind, path in paths.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        print(kind, len(queries))


if __name__ == "__main__":
    main(sys.argv[1])
