"""Whatever is sent to the chat API, it never answers with a server error."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, settings

from zhiyin.channels.providers.chat.api import api
from zhiyin.channels.providers.chat.tests.world import SHOP, Browser, make_chat
from zhiyin.platform.limits.models import Allowance

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/chat/v1/"))


@pytest.fixture
def visitor() -> Browser:
    browser = Browser(make_chat())
    browser.come()
    return browser


@schema.parametrize()
@settings(max_examples=4, suppress_health_check=list(HealthCheck))
def test_no_input_makes_it_fail(case: schemathesis.Case[Any], visitor: Browser) -> None:
    Allowance.objects.all().delete()
    if "\x00" not in case.path_parameters["channel_key"]:
        case.path_parameters["channel_key"] = visitor.channel.key
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    answer = Client(raise_request_exception=True).generic(
        sent.method or "",
        sent.path_url,
        data=sent.body or b"",
        content_type=str(sent.headers.get("Content-Type", "")),
        headers={"Origin": SHOP, "Authorization": f"Visitor {visitor.token}"},
    )
    assert answer.status_code < 500
    if answer.status_code in (400, 401, 403, 422, 429):
        assert answer["Content-Type"].startswith("application/problem+json")
