"""Every route of the API, walked as nobody, as somebody without a role, as a colleague of another group, as the
owner and as an administrator. A new route joins by itself; a new kind of path parameter is named in `stage`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from ninja import NinjaAPI
from ninja.operation import Operation

from zhiyin.api import api
from zhiyin.assist.answering.dialogues import Content
from zhiyin.assist.commands.dialogues import DialogueContent, save_dialogue
from zhiyin.assist.commands.keywords import KeywordContent, save_keyword_rule
from zhiyin.channels.models import BlockedSender
from zhiyin.channels.providers.chat.api import api as chat_api
from zhiyin.channels.providers.chat.api import visitor
from zhiyin.knowledge.models import Category as KnowledgeCategory
from zhiyin.knowledge.models import Product
from zhiyin.people.access import SessionOrToken, public
from zhiyin.people.commands.invitations import invite_staff
from zhiyin.people.commands.tokens import create_token
from zhiyin.people.models import CustomPresence, Group, Role, Skill, Staff
from zhiyin.people.permissions import CODES, PERMISSIONS
from zhiyin.procedures.commands.starting import start_case
from zhiyin.procedures.models import Definition, OutsideSystem, Task
from zhiyin.testing.knowledge import publish
from zhiyin.testing.people import ApiClient, client_for, make_staff
from zhiyin.testing.tickets import give_to, make_channel, make_ticket
from zhiyin.tickets.commands.checking import Step, add_steps, save_template
from zhiyin.tickets.commands.linking import link_tickets
from zhiyin.tickets.commands.macros import MacroContent, add_macro
from zhiyin.tickets.commands.viewing import add_view
from zhiyin.tickets.models import (
    Category,
    CustomField,
    CustomStatus,
    Draft,
    Form,
    Message,
    Ticket,
    TicketTemplate,
    TicketType,
    WordingRule,
)

pytestmark = pytest.mark.django_db
# what anybody may call; each needs something only its person has, or tells nothing
PUBLIC = {
    "GET /session",
    "GET /setup",
    "POST /setup",
    "GET /people/invitations/{str:token}",
    "POST /people/invitations/{str:token}/acceptance",
    "GET /approval-links/{str:token}",
    "POST /approval-links/{str:token}/answers",
}
# whose body names a second ticket, which is not there
NAMES_ANOTHER = {
    "POST /tickets/{int:ticket_id}/links",
    "POST /tickets/{int:ticket_id}/merges",
    "POST /tickets/{int:ticket_id}/hints/dismissals",
    "POST /tickets/{int:ticket_id}/steps/templates",
    "POST /tickets/{int:ticket_id}/incidents",
    "POST /tickets/{int:ticket_id}/cases",
    "POST /tickets/{int:ticket_id}/knowledge-uses",
    "DELETE /tickets/{int:ticket_id}/knowledge-uses/{int:use_id}",
    "POST /tickets/{int:ticket_id}/knowledge-flags",
    "PUT /tickets/{int:ticket_id}/assist/proposals/{int:use_id}",
}
SCOPED = {permission.code for permission in PERMISSIONS if permission.scoped}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    auth: Callable[..., Any]
    body: dict[str, Any] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def permission(self) -> str:
        return self.auth.permission if isinstance(self.auth, SessionOrToken) else ""

    def address(self, stage: dict[str, object]) -> str:
        """The path with something real in it. KeyError: say in `stage` what stands for the parameter."""
        return "/api/v1" + re.sub(r"\{(?:\w+:)?(\w+)\}", lambda found: str(stage[found[1]]), self.path)

    def call(self, client: ApiClient, stage: dict[str, object]) -> Any:
        data = self.body if self.method != "GET" else None
        return getattr(client, self.method.lower())(self.address(stage), data)


def operations(of: NinjaAPI) -> Iterator[tuple[str, Operation]]:
    for prefix, router in of._routers:
        for path, view in router.path_operations.items():
            yield from ((f"{prefix}{path}", operation) for operation in view.operations)


def routes() -> list[Route]:
    told = api.get_openapi_schema(path_prefix="")
    schemas = told["components"]["schemas"]
    found = []
    for path, operation in operations(api):
        for method in operation.methods:
            spec = told["paths"][re.sub(r"\{\w+:(\w+)\}", r"{\1}", path)][method.lower()]
            content = spec.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            body = smallest(content, schemas) if content else None
            [auth] = operation.auth_callbacks
            found.append(Route(method, path, auth, body))
    return found


def smallest(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The smallest value the schema takes: of objects only what is required."""
    if "$ref" in schema:
        return smallest(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return smallest(schema[key][0], schemas)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        wanted = schema.get("required", [])
        return {name: smallest(schema["properties"][name], schemas) for name in wanted}
    if schema.get("type") == "array":
        return [smallest(schema["items"], schemas)] * schema.get("minItems", 0)
    if schema.get("format") == "date-time":
        return (timezone.now() + timedelta(hours=1)).isoformat()
    if schema.get("type") == "string":
        return (
            "x@example.com" if "@" in schema.get("pattern", "") else "x" * max(1, schema.get("minLength", 1))
        )
    return {"integer": schema.get("minimum", 1), "number": 1, "boolean": True}.get(schema.get("type", ""))


@pytest.fixture
def stage(owner: Staff, support: Group, administrator: Staff) -> dict[str, object]:
    """What every path parameter stands for: things of the owner and their group."""
    now = timezone.now()
    channel = make_channel("api", group=support)
    ticket = give_to(make_ticket(channel=channel, group=support), owner.pk)
    other = make_ticket(channel=channel, group=support)
    agent = Role.objects.get(code="agent")
    invitation = invite_staff(
        email="new@example.com",
        name="",
        locale="en",
        role_ids=[agent.pk],
        group_ids=[],
        by=administrator,
        now=now,
    )
    draft = Draft.objects.create(ticket=ticket, staff=owner, text="…", shared_at=now, updated_at=now)
    macro = add_macro(content=MacroContent(name="Hello", text="Hello"), by=owner, now=now)
    refund = Definition.objects.get(key="refund")
    case = start_case(ticket_id=ticket.pk, definition_id=refund.pk, by=owner, now=now)
    token, _ = create_token(name="crm", scopes=["tickets.read"], by=owner, now=now + timedelta(0))
    entry = published_entry(author=make_staff(roles=["knowledge_author"]), reviewer=administrator)
    return {
        **entry,
        "ticket_id": ticket.pk,
        "message_id": Message.objects.filter(ticket=ticket).values_list("pk", flat=True)[0],
        "draft_id": draft.pk,
        "macro_id": macro.pk,
        "change_id": 1,
        "customer_id": ticket.customer_id,
        "category_id": Category.objects.create(name="Refunds").pk,
        "custom_status_id": CustomStatus.objects.create(
            name_zh="等配件", name_en="Parts", status="on_hold"
        ).pk,
        "type_id": TicketType.objects.create(name_zh="安装", name_en="Installation").pk,
        "field_id": CustomField.objects.create(
            key="serial", name_zh="序列号", name_en="Serial", kind="text"
        ).pk,
        "form_id": Form.objects.create(name_zh="安装单", name_en="Installation").pk,
        "template_id": TicketTemplate.objects.create(name="Welcome").pk,
        "channel_id": channel.pk,
        "calendar_id": 1,
        "rule_id": 1,
        "run_id": 1,
        "held_id": ticket.pk,
        "key_id": 1,
        "use": "logo",
        "blocked_id": BlockedSender.objects.create(
            kind="email", value="spam@x.example", by=administrator, at=now
        ).pk,
        "inbound_id": Message.objects.filter(ticket=ticket).values_list("inbound_id", flat=True)[0],
        "key": channel.key,
        "view_id": a_view(owner),
        "view_key": "mine",
        "export_id": 1,
        "words_id": 1,
        "wording_id": WordingRule.objects.get(key="blame").pk,
        "group_id": support.pk,
        "role_id": agent.pk,
        "staff_id": owner.pk,
        "invitation_id": invitation.pk,
        "token_id": token.pk,
        "token": "nonsense",
        "reminder_id": 1,
        "item_id": add_steps(ticket_id=ticket.pk, steps=[Step(text="Look")], by=owner, now=now)[0].pk,
        "checklist_id": save_template(
            template_id=None, name="Refund", steps=["Look"], active=True, by=administrator
        ).pk,
        "entry_id": 1,
        "link_id": link_tickets(
            ticket_id=ticket.pk, other_id=other.pk, relation="related", by=owner, now=now
        ).pk,
        "policy_id": 1,
        "trial_id": 1,
        "parked_id": 1,
        "effect_id": 1,
        "webhook_id": 1,
        "delivery_id": 1,
        "notification_id": 1,
        "device_id": 1,
        "name": "tickets",
        "procedure_id": case.definition_id,
        "case_id": case.pk,
        "task_id": Task.objects.get(case=case).pk,
        "number": 0,
        "system_id": OutsideSystem.objects.get(key="risk").pk,
        "presence_id": CustomPresence.objects.create(name_zh="会议", name_en="Meeting", state="busy").pk,
        "skill_id": Skill.objects.create(name_zh="粤语", name_en="Cantonese").pk,
        "approval_id": 1,
        "delegation_id": 1,
        "grant_id": 1,
        "compensation_item_id": 1,
        "promise_id": 1,
        "incident_id": 1,
        "offer_id": 1,
        "work_id": 1,
        "queue_id": 1,
        "simulation_id": 1,
        "kind": "email",
        "review_id": 1,
        **automatic_answers(administrator),
    }


def published_entry(*, author: Staff, reviewer: Staff) -> dict[str, object]:
    """An entry that everybody with the knowledge base may read, and what hangs on it."""
    version = publish(by=author, reviewer=reviewer)
    shelf = KnowledgeCategory.objects.create(name_zh="退款", name_en="Refunds")
    return {
        "knowledge_id": version.edition.entry_id,
        "edition_id": version.edition_id,
        "version_id": version.pk,
        "shelf_id": shelf.pk,
        "product_id": Product.objects.create(key="h3", name_zh="扫地机", name_en="Vacuum").pk,
        "flag_id": 1,
        "import_id": 1,
        "use_id": 1,
    }


def automatic_answers(administrator: Staff) -> dict[str, object]:
    """A keyword that is answered, and a form that is asked for by itself."""
    now = timezone.now()
    slots = [{"key": "order", "kind": "order", "prompt_zh": "订单号？"}]
    rule = KeywordContent(keywords=["hours"], text_en="9 to 5")
    told = DialogueContent(
        name="Install", keywords=["install"], content=Content.model_validate({"slots": slots})
    )
    return {
        "keyword_id": save_keyword_rule(rule_id=None, content=rule, by=administrator, now=now).pk,
        "dialogue_id": save_dialogue(dialogue_id=None, told=told, by=administrator, now=now).pk,
    }


def a_view(owner: Staff) -> int:
    now = timezone.now()
    return add_view(values={"name_en": "Mine", "conditions": {"all": []}}, by=owner, now=now).pk


def walk(
    client: ApiClient, stage: dict[str, object], which: Callable[[Route], bool]
) -> Iterator[tuple[Route, Any]]:
    """Call each chosen route; whatever it did is undone before the next."""
    client.raise_request_exception = False
    for route in routes():
        if which(route):
            with transaction.atomic():
                yield route, route.call(client, stage)
                transaction.set_rollback(True)


def is_guarded(route: Route) -> bool:
    return route.auth is not public


def test_every_route_names_its_actor_and_none_is_open_by_omission() -> None:
    assert not [path for path, operation in operations(api) if len(operation.auth_callbacks) != 1]
    unknown = [
        str(route) for route in routes() if not isinstance(route.auth, SessionOrToken) and is_guarded(route)
    ]
    assert unknown == []
    assert {str(route) for route in routes() if not is_guarded(route)} == PUBLIC
    assert {route.permission for route in routes()} <= CODES | {""}
    assert not [path for path, operation in operations(chat_api) if len(operation.auth_callbacks) != 1]
    assert {auth for _, operation in operations(chat_api) for auth in operation.auth_callbacks} == {
        public,
        visitor,
    }


def test_nobody_is_asked_to_sign_in_everywhere(nobody: ApiClient, stage: dict[str, object]) -> None:
    wrong = {
        str(route): answer.status_code
        for route, answer in walk(nobody, stage, is_guarded)
        if (answer.status_code, answer.json()["code"]) != (401, "not_signed_in")
    }
    assert wrong == {}


def test_somebody_without_a_role_gets_what_needs_no_permission_and_nothing_else(
    stage: dict[str, object],
) -> None:
    client = client_for(make_staff(roles=[]))
    wrong = {
        str(route): answer.status_code
        for route, answer in walk(client, stage, lambda route: bool(route.permission))
        if (answer.status_code, answer.json()["code"]) != (403, "not_allowed")
    }
    assert wrong == {}


def test_a_colleague_of_another_group_finds_no_ticket_and_changes_nothing(
    stranger: Staff, stage: dict[str, object]
) -> None:
    before = (list(Ticket.objects.values()), Message.objects.count())
    wrong = {}
    for route, answer in walk(client_for(stranger), stage, is_guarded):
        expected = (
            {403}
            if route.permission and not stranger.may(route.permission)
            else set(range(200, 500)) - {401, 403}
        )
        if "{int:ticket_id}" in route.path:
            expected = {404}
        elif route.permission in SCOPED and answer.status_code == 200:
            told = answer.json() if "json" in answer["Content-Type"] else {"items": answer.content.decode()}
            if str(told.get("items", "") if isinstance(told, dict) else "").find("退款多久到账") >= 0:
                wrong[f"{route} shows the owner's ticket"] = 200
        if answer.status_code not in expected:
            wrong[str(route)] = answer.status_code
        if (list(Ticket.objects.values()), Message.objects.count()) != before and route.path != "/tickets":
            wrong[f"{route} changed a ticket"] = answer.status_code
    assert wrong == {}


def test_the_owner_reaches_their_own_ticket(owner: Staff, stage: dict[str, object]) -> None:
    wrong = {
        str(route): (answer.status_code, answer.content[:200])
        for route, answer in walk(client_for(owner), stage, lambda route: "{int:ticket_id}" in route.path)
        if answer.status_code in (401, 403)
        or (
            answer.status_code == 404
            and "{int:message_id}" not in route.path
            and str(route) not in NAMES_ANOTHER
        )
    }
    assert wrong == {}


def _is_told(answer: Any) -> bool:
    """That something can't be had now, in our own words: the index of knowledge is being built."""
    return answer.status_code == 503 and b"urn:zhiyin:problem:" in answer.content


def test_an_administrator_is_refused_nowhere_and_no_route_breaks(
    administrator: Staff, stage: dict[str, object]
) -> None:
    wrong = {
        str(route): (answer.status_code, answer.content[:200])
        for route, answer in walk(client_for(administrator), stage, lambda route: True)
        if answer.status_code in (401, 403) or (answer.status_code >= 500 and not _is_told(answer))
    }
    assert wrong == {}
