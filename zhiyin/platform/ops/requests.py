"""Around every request: its id, one line in the log, and the time it took."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars

from zhiyin.platform.ops.metrics import observe_request

log = logging.getLogger("zhiyin.requests")
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")
_UNLOGGED = ("healthz", "readyz", "metrics")

Answer = Callable[[HttpRequest], HttpResponseBase]


class RequestMiddleware:
    """Takes over or gives out X-Request-ID, binds it to all log lines of the request, and returns it."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        with bound_contextvars(request_id=_take_id(request)):
            return _told(request, self._get_response(request), started)


def request_id(request: HttpRequest) -> str:
    """Return the id of a request, '' for one that did not come through the middleware."""
    return str(getattr(request, "request_id", ""))


def _take_id(request: HttpRequest) -> str:
    given = request.headers.get("X-Request-ID", "")
    taken = given if _GOOD_ID.match(given) else uuid.uuid4().hex
    request.request_id = taken  # type: ignore[attr-defined]  # read by zhiyin.platform.http.errors
    return taken


def _told(request: HttpRequest, response: HttpResponseBase, started: float) -> HttpResponseBase:
    seconds = time.perf_counter() - started
    route = request.resolver_match.route if request.resolver_match else "unmatched"
    response["X-Request-ID"] = request_id(request)
    observe_request(method=request.method or "", route=route, status=response.status_code, seconds=seconds)
    if route not in _UNLOGGED:
        level = logging.ERROR if response.status_code >= 500 else logging.INFO
        # the route, not the path: a path holds keys, a query string holds what people search for
        told = {"method": request.method, "route": route, "status": response.status_code}
        log.log(level, "request", extra={**told, "ms": round(seconds * 1000, 1)})
    return response
