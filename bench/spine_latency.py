"""A browser that listens while facts are committed 200 times a second. Started by bench/spine.py.

spine_latency.py SECONDS     prints the seconds from each commit to the browser, as JSON
spine_latency.py --cookie    prints a session cookie for a stream
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import time
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
PER_SECOND = 200


def main() -> None:
    import django

    django.setup()
    if sys.argv[1] == "--cookie":
        print(_cookie())
    else:
        print(json.dumps(_latencies(int(sys.argv[1]))))


def _cookie() -> str:
    from django.conf import settings
    from django.test import Client

    from zhiyin.people.models import Staff

    client = Client()
    client.force_login(Staff.objects.get(email="lu.yaqin@luting.example"))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def _latencies(seconds: int) -> list[float]:
    from django.conf import settings

    address = urlsplit(settings.BASE_URL)
    browser = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
    browser.request("GET", "/api/v1/stream", headers={"Cookie": _cookie(), "Accept": "text/event-stream"})
    stream = browser.getresponse()
    assert stream.status == 200, stream.read()
    heard: dict[int, float] = {}
    ready = threading.Event()
    count = seconds * PER_SECOND
    listener = threading.Thread(target=_listen, args=(stream, heard, ready, count), daemon=True)
    listener.start()
    assert ready.wait(20), "the stream said no hello"
    committed = _commit(count)
    listener.join(30)
    assert len(heard) == count, f"{len(heard)} of {count} messages came"
    return [heard[number] - committed[number] for number in range(count)]


def _listen(
    stream: http.client.HTTPResponse, heard: dict[int, float], ready: threading.Event, count: int
) -> None:
    """Note when each message came; its number travels as the id of who did it."""
    while len(heard) < count:
        line = stream.readline()
        if line.startswith(b"event: hello"):
            ready.set()
        elif line.startswith(b"data: ") and b'"by_id":' in line:
            heard[int(json.loads(line[6:])["by_id"]) - 1_000_000] = time.perf_counter()


def _commit(count: int) -> list[float]:
    """Commit facts at an even pace; returns when each commit was done."""
    from django.db import transaction
    from django.utils import timezone

    from zhiyin.platform.event_log.emitting import emit
    from zhiyin.tickets.events import TicketEdited
    from zhiyin.tickets.models import Ticket

    tickets = list(Ticket.objects.values_list("pk", flat=True)[:50])
    done = []
    began = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        with transaction.atomic():
            by_id = 1_000_000 + number
            emit(
                TicketEdited(ticket_id=tickets[number % 50], fields=["tags"], by_id=by_id, at=timezone.now())
            )
        done.append(time.perf_counter())
    return done


if __name__ == "__main__":
    main()
