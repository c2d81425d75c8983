"""What the scenes are played with: a person at the desk, a program's inlet, and the outside that answers come to."""

from __future__ import annotations

import http.server
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import httpx
from playwright.sync_api import BrowserContext, Page

from zhiyin.testing.centre import RunningCentre

T = TypeVar("T")
PASSWORD = "rainy-Tuesday-7-lanterns"
SECRET = "whsec_" + "c2VjcmV0LW9mLXRoZS1zY2VuZXMtMTIzNDU2Nzg5MA=="


def eventually(look: Callable[[], T | None], what: str, *, patience: float = 60.0) -> T:
    """Look until something true is found; whatever the look raises meanwhile is the reason told at the end."""
    deadline = time.monotonic() + patience
    why: object = None
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except (httpx.HTTPError, AssertionError, LookupError, ValueError) as reason:
            why = reason
        time.sleep(0.1)
    raise AssertionError(f"waited {patience} s for {what}; last: {why}")


def browser_of(person: Person, context: BrowserContext, *, locale: str = "zh-CN") -> Page:
    """A page in which this person is signed in."""
    person.call("PATCH", "/api/v1/profile", {"locale": locale, "theme": "light"})
    context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": person.address} for one in person.cookies.jar]
    )
    return context.new_page()


class CentreIsDown(Exception):
    """It has no address at this moment."""


class Person:
    """Somebody signed in at the desk, as a browser would be. Calls are repeated while the centre is down."""

    def __init__(self, centre: RunningCentre) -> None:
        self.centre = centre
        self.cookies = httpx.Cookies()

    def call(self, method: str, path: str, body: Any = None, *, patience: float = 60.0) -> httpx.Response:
        """The answer, whatever its status below 500; repeats over refused and broken connections."""
        deadline = time.monotonic() + patience
        while True:
            try:
                with httpx.Client(timeout=20, trust_env=False, cookies=self.cookies) as client:
                    answer = client.request(method, self.address + path, json=body, headers=self._headers())
                    self.cookies.update(client.cookies)
                if answer.status_code < 500 or time.monotonic() > deadline:
                    return answer
            except (httpx.HTTPError, CentreIsDown):
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.1)

    @property
    def address(self) -> str:
        if not self.centre.address:
            raise CentreIsDown
        return self.centre.address

    def get(self, path: str) -> Any:
        answer = self.call("GET", path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.call("POST", path, body or {})
        assert answer.status_code in (200, 201, 204), f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def sign_in(self, email: str) -> None:
        self.get("/api/v1/session")
        answer = self.call("POST", "/_allauth/browser/v1/auth/login", {"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text

    def _headers(self) -> dict[str, str]:
        token = next((cookie.value for cookie in self.cookies.jar if cookie.name == "csrftoken"), None)
        return {"X-CSRFToken": token, "Referer": self.address} if token else {}


def set_up(centre: RunningCentre) -> Person:
    """Open the one-time link that the first start printed; the administrator, signed in."""
    link = eventually(
        lambda: re.search(r"/setup\?token=([\w-]+)", centre.output()), "the set-up link on the terminal"
    )
    person = Person(centre)
    person.get("/api/v1/session")
    email = "admin@shop.example"
    person.post(
        "/api/v1/setup",
        {"token": link[1], "company": "晴天电器", "name": "林晓", "email": email, "password": PASSWORD},
    )
    return person  # set-up signs its person in


def joins(
    lead: Person, centre: RunningCentre, role: str, email: str, name: str, *, locale: str = "en"
) -> Person:
    """A colleague with this role, invited and signed in."""
    roles = {one["code"]: one["id"] for one in lead.get("/api/v1/people/roles")}
    lead.post("/api/v1/people/invitations", {"email": email, "role_ids": [roles[role]], "locale": locale})
    link = eventually(
        lambda: re.findall(r"/invitation/([\w.:-]+)", centre.output().partition(email)[2]), "the invitation"
    )[0]
    person = Person(centre)
    person.get("/api/v1/session")
    person.post(f"/api/v1/people/invitations/{link}/acceptance", {"name": name, "password": PASSWORD})
    return person


def put(person: Person, path: str, body: Any = None) -> Any:
    """Change something; what the server answered, if anything."""
    answer = person.call("PUT", path, body or {})
    assert answer.status_code in (200, 204), f"{path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None


def written_and_published(author: Person, lead: Person, kind: str, title: str, text: str, **more: Any) -> Any:
    """A knowledge entry that the author wrote and a second person published."""
    body = {"kind": kind, "title": title, "text": text, "language": "zh-CN", **more}
    version = author.post("/api/v1/knowledge/entries", body)
    return published(author, lead, version)


def published(author: Person, lead: Person, version: Any) -> Any:
    """The version, submitted by its author and agreed to by a second person."""
    path = f"/api/v1/knowledge/versions/{version['id']}"
    submitted = put(author, f"{path}/submission")
    yes = {"verdict": "approved", "revision": submitted["revision"]}
    own = author.call("POST", f"{path}/reviews", yes)
    assert (own.status_code, own.json()["code"]) == (403, "knowledge.own_words")
    return lead.post(f"{path}/reviews", yes)


def arrives(lead: Person, agent: Person, number: int, text: str) -> int:
    """A customer's message by the program’s channel; its ticket, claimed by the agent."""
    sender = {"kind": "external", "value": f"u-{number}", "name": f"客户{number}"}
    body = {"external_id": f"m{number}", "thread_id": f"t{number}", "sender": sender, "text": text}
    lead.post("/api/v1/channels/app/messages", body)
    [row] = eventually(
        lambda: [row for row in agent.get("/api/v1/tickets?view=waiting")["items"] if row["preview"] == text],
        f"the case “{text}”",
    )
    agent.post(f"/api/v1/tickets/{row['id']}/claim", {"expected_assignee_id": None})
    return int(row["id"])


class Outside:
    """Where answers of an API channel arrive; notes every copy."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []  # (id, text)
        self._lock = threading.Lock()
        outside = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outside._lock:
                    outside.arrived.append((self.headers["webhook-id"], body["data"].get("text", "")))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/answers"

    @contextmanager
    def open(self) -> Iterator[Outside]:
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class Listener(threading.Thread):
    """A browser's live stream: comes back with Last-Event-ID each time the line breaks."""

    def __init__(self, person: Person) -> None:
        super().__init__(daemon=True)
        self.person, self.positions, self.last_id = person, set[int](), ""
        self.resets, self._stop_asked = 0, threading.Event()
        self.opened = threading.Event()

    def run(self) -> None:
        while not self._stop_asked.is_set():
            with suppress(httpx.HTTPError, CentreIsDown):
                self._listen()
            time.sleep(0.2)

    def stop(self) -> None:
        self._stop_asked.set()

    def _listen(self) -> None:
        headers = {"Last-Event-ID": self.last_id} if self.last_id else {}
        url = f"{self.person.address}/api/v1/stream"
        cookies = dict(self.person.cookies.items())
        with (
            httpx.Client(timeout=httpx.Timeout(5, read=20), trust_env=False, cookies=cookies) as client,
            client.stream("GET", url, headers=headers) as answer,
        ):
            name, position = "", ""
            for line in answer.iter_lines():
                if self._stop_asked.is_set():
                    return
                field, _, value = line.partition(": ")
                if field == "id":
                    position = value
                elif field == "event":
                    name = value
                elif not line and name:
                    self._hear(name, position)
                    name = ""

    def _hear(self, name: str, position: str) -> None:
        self.last_id = position or self.last_id
        if name == "hello":
            self.opened.set()
        elif name == "reset":
            self.resets += 1
        elif name == "ticket":
            self.positions.add(int(position))
