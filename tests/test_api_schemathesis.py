"""Whatever a program sends to the API, the answer is never a server error.

schemathesis makes requests from the OpenAPI file, fitting and unfitting ones. Each is answered by the
real application on the real database, signed in as an administrator on a centre with some work in it,
and undone afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from ninja.openapi.schema import OpenAPISchema
from schemathesis import GenerationMode

from zhiyin.api import api
from zhiyin.channels.providers.chat.api import api as chat_api
from zhiyin.channels.providers.chat.tests.world import Browser, make_chat
from zhiyin.integrations.commands.webhooks import WebhookForm, add_webhook
from zhiyin.integrations.models import WebhookDelivery
from zhiyin.people.models import Group, Role, Staff
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.models import (
    Category,
    CustomField,
    CustomStatus,
    Form,
    Message,
    TicketTemplate,
    TicketType,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EXAMPLES = 3  # beside those at the bounds of each field, which are the most
REAL_OUT_OF = 3  # of so many path parameters, all but one are of something that exists


def schema_of(made: OpenAPISchema) -> Any:
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(made, default=str)))
    schema.config.generation.update(modes=list(GenerationMode), with_security_parameters=False)
    schema.config.phases.coverage.unexpected_methods = set()
    return schema


staff_schema = schema_of(api.get_openapi_schema())
chat_schema = schema_of(chat_api.get_openapi_schema())
a_few = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def stage(administrator: Staff, support: Group) -> dict[str, Any]:
    """Something real for each kind of path parameter."""
    ticket = make_ticket(group=support)
    now = timezone.now()
    hook = add_webhook(
        form=WebhookForm(name="", url="https://8.8.8.8/", events=["*"]), by=administrator, now=now
    )
    delivery = WebhookDelivery.objects.create(
        webhook=hook, type="ping", message_id="m", at=now, created_at=now
    )
    return {
        "ticket_id": ticket.pk,
        "customer_id": ticket.customer_id,
        "message_id": Message.objects.get(ticket=ticket).pk,
        "channel_id": ticket.channel_id,
        "key": make_channel("api").key,
        "category_id": Category.objects.create(name="退款").pk,
        "custom_status_id": CustomStatus.objects.create(
            name_zh="等配件", name_en="Parts", status="on_hold"
        ).pk,
        "type_id": TicketType.objects.create(name_zh="安装", name_en="Installation").pk,
        "field_id": CustomField.objects.create(
            key="serial", name_zh="序列号", name_en="Serial", kind="text"
        ).pk,
        "form_id": Form.objects.create(name_zh="安装单", name_en="Installation").pk,
        "template_id": TicketTemplate.objects.create(name="Welcome").pk,
        "group_id": support.pk,
        "role_id": Role.objects.get(code="agent").pk,
        "staff_id": administrator.pk,
        "webhook_id": hook.pk,
        "delivery_id": delivery.pk,
    }


Ask = Callable[[Any], None]


@pytest.fixture
def as_administrator(administrator: Staff, stage: dict[str, Any]) -> Ask:
    return asking(client_for(administrator), stage, {})


@pytest.fixture
def as_visitor(stage: dict[str, Any]) -> Ask:
    browser = Browser(make_chat())
    browser.come()
    browser.say("你好")
    headers = {**browser.headers, "Authorization": f"Visitor {browser.token}"}
    return asking(ApiClient(), {"channel_key": browser.channel.key}, headers)


def asking(client: ApiClient, stage: dict[str, Any], headers: dict[str, str]) -> Ask:
    """Ask, mostly about things that exist, and undo what came of it."""
    asked = count()

    def ask(case: Any) -> None:
        if next(asked) % REAL_OUT_OF:
            case.path_parameters = {**case.path_parameters, **_known(case, stage)}
        request = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
        request.headers.update(headers)
        with transaction.atomic():
            response = _send(client, request)
            transaction.set_rollback(True)
        assert response.status_code < 500 or _is_told(response), (
            f"{request.method} {request.url} {request.body!r}: {response.content!r}"
        )

    return ask


def _known(case: Any, stage: dict[str, Any]) -> dict[str, Any]:
    return {name: stage[name] for name in case.path_parameters if name in stage}


def _is_told(response: Any) -> bool:
    """That something can't be had now, in our own words: an index that is being built, a service that is away."""
    return response.status_code == 503 and b"urn:zhiyin:problem:" in response.content


def _send(client: ApiClient, request: requests.PreparedRequest) -> Any:
    """Ask as a browser would; an exception inside shows as itself."""
    path, _, query = str(request.path_url).partition("?")
    headers = {name: str(value) for name, value in request.headers.items() if name.lower() != "cookie"}
    media_type = headers.pop("Content-Type", "application/json")
    body = request.body or b""
    assert isinstance(body, bytes | str)
    return client.generic(
        str(request.method),
        path,
        body if isinstance(body, bytes) else body.encode(),
        content_type=media_type,
        headers=headers,
        QUERY_STRING=query,
    )


@staff_schema.parametrize()  # type: ignore[untyped-decorator]  # schemathesis has no types here
@a_few
def test_the_staff_api_has_no_server_error(case: Any, as_administrator: Ask) -> None:
    as_administrator(case)


@chat_schema.parametrize()  # type: ignore[untyped-decorator]
@a_few
def test_the_chat_api_has_no_server_error(case: Any, as_visitor: Ask) -> None:
    as_visitor(case)
