import logging
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from zhiyin.platform.ops.requests import RequestMiddleware, request_id


def answer(request: HttpRequest) -> HttpResponse:
    bound = structlog.contextvars.get_contextvars()
    return HttpResponse(f"{request_id(request)} {bound['request_id']}")


def test_a_request_gets_an_id_that_is_bound_to_logs_and_returned() -> None:
    response: Any = RequestMiddleware(answer)(RequestFactory().get("/"))
    given = response["X-Request-ID"]
    assert len(given) == 32
    assert response.content.decode() == f"{given} {given}"
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize(("sent", "taken"), [("proxy-id_1.2-abc", True), ("short", False), ("x" * 80, False)])
def test_a_proper_id_from_outside_is_taken_over(sent: str, taken: bool) -> None:
    response: Any = RequestMiddleware(answer)(RequestFactory().get("/", headers={"X-Request-ID": sent}))
    assert (response["X-Request-ID"] == sent) is taken


def test_an_id_with_other_characters_is_not_taken_over() -> None:
    request = RequestFactory().get("/")
    request.META["HTTP_X_REQUEST_ID"] = 'abcdefgh"\nlevel=error'
    response: Any = RequestMiddleware(answer)(request)
    assert len(response["X-Request-ID"]) == 32


@pytest.mark.urls("zhiyin.platform.ops.urls")
def test_one_line_tells_the_route_and_neither_path_nor_query(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="zhiyin.requests"):
        response = client.get("/customers/zhang@example.com?q=张三")
        client.get("/healthz")
    [line] = caplog.records
    assert line.getMessage() == "request"
    assert vars(line)["route"] == "unmatched"
    assert vars(line)["status"] == 404
    assert vars(line)["ms"] >= 0
    assert "zhang" not in str(vars(line))
    assert response["X-Request-ID"]
