"""Words that answers should not go out with: looked at while writing, and the rules for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs, signed_in
from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.wording import (
    LONGEST_WORD,
    MOST_WORDS,
    WordingContent,
    remove_wording_rule,
    save_wording_rule,
)
from zhiyin.tickets.models import WordingRule
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.wording import (
    latest_notes,
    remarks_on,
    remarks_on_prepared,
    strongest,
    wording_figures,
    wording_rules,
)

MANAGE = needs("settings.manage")
DAYS = 30

WordingKind = Literal["promise", "insult", "blame", "private_channel", "advertising", "other"]
WordingAction = Literal["hint", "warn", "block"]


class WordingRemark(Shape):
    start: int
    end: int
    text: str
    kind: WordingKind
    action: WordingAction
    rule_id: int
    name_zh: str
    name_en: str
    why_zh: str
    why_en: str
    better_zh: str
    better_en: str
    regions: list[str] = Field([], description="where the rule holds; none: everywhere")


class WordingChecked(Shape):
    region: str = Field(description="of the case")
    action: Literal["", "hint", "warn", "block"] = Field(
        description="the strongest; '' where nothing was found"
    )
    remarks: list[WordingRemark]


class WordingCheckBody(Schema):
    text: str = Field(max_length=20_000)


class WordingRuleBody(Schema):
    """Names, reasons and better words in one language do for both."""

    kind: WordingKind
    name_zh: str = Field("", max_length=100)
    name_en: str = Field("", max_length=100)
    regions: list[str] = Field([], max_length=100, description="none: everywhere")
    words: list[str] = Field(max_length=MOST_WORDS, description=f"of at most {LONGEST_WORD} characters")
    exceptions: list[str] = Field([], max_length=MOST_WORDS, description="in which one of the words is fine")
    why_zh: str = Field("", max_length=500)
    why_en: str = Field("", max_length=500)
    better_zh: str = Field("", max_length=500)
    better_en: str = Field("", max_length=500)
    action: WordingAction
    active: bool = True


class WordingRuleShape(Shape):
    id: int
    ships: bool
    kind: WordingKind
    name_zh: str
    name_en: str
    regions: list[str]
    words: list[str]
    exceptions: list[str]
    why_zh: str
    why_en: str
    better_zh: str
    better_en: str
    action: WordingAction
    active: bool
    by: Named | None
    at: datetime
    sent: int = Field(description="words that left all the same in 30 days")
    refused: int = Field(description="words that answers were refused for in 30 days")


class WordingNoteShape(Shape):
    id: int
    rule_id: int | None
    name_zh: str
    name_en: str
    action: WordingAction
    word: str
    region: str
    outcome: Literal["sent", "refused"]
    ticket_id: int | None
    message_id: int | None
    by: Named | None
    at: datetime


@router.post("/tickets/{int:ticket_id}/wording-checks", response=WordingChecked, auth=needs("tickets.reply"))
def post_wording_check(request: Signed, ticket_id: int, body: WordingCheckBody) -> Any:
    """What rules say to an answer before it is sent; nothing is kept."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    remarks = remarks_on(body.text, region=ticket.region)
    return {"region": ticket.region, "action": strongest(remarks), "remarks": remarks}


@router.post("/wording-checks", response=WordingChecked, auth=signed_in)
def post_prepared_check(request: Signed, body: WordingCheckBody) -> Any:
    """What rules say to a text that is prepared to be sent on many cases; what is refused only in some regions is a warning."""
    remarks = remarks_on_prepared(body.text)
    return {"region": "", "action": strongest(remarks), "remarks": remarks}


@router.get("/wording-rules", response=list[WordingRuleShape], auth=MANAGE)
def get_wording_rules(request: Signed) -> Any:
    """The rules, those in use first, with what came of them in 30 days."""
    figures = {row["rule_id"]: row for row in wording_figures(days=DAYS, now=timezone.now())}
    return [_rule(rule, figures.get(rule.pk, {})) for rule in wording_rules()]


@router.post("/wording-rules", response={201: WordingRuleShape}, auth=MANAGE)
def post_wording_rule(request: Signed, body: WordingRuleBody) -> Any:
    """Add a rule of the house."""
    return Status(201, _rule(_save(request, None, body), {}))


@router.put("/wording-rules/{int:wording_id}", response=WordingRuleShape, auth=MANAGE)
def put_wording_rule(request: Signed, wording_id: int, body: WordingRuleBody) -> Any:
    """Change a rule, of the house or one that ships."""
    return _rule(_save(request, wording_id, body), {})


@router.delete("/wording-rules/{int:wording_id}", response={204: None}, auth=MANAGE)
def delete_wording_rule(request: Signed, wording_id: int) -> Any:
    """Take a rule of the house away; one that ships can be switched off."""
    remove_wording_rule(rule_id=wording_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/wording-notes", response=list[WordingNoteShape], auth=MANAGE)
def get_wording_notes(request: Signed) -> Any:
    """The last words that left all the same, or for which an answer was refused."""
    return [
        {name: getattr(note, name) for name in ("id", "rule_id", "action", "word", "region", "outcome")}
        | {"ticket_id": note.ticket_id, "message_id": note.message_id, "by": note.by, "at": note.at}
        | {name: getattr(note.rule, name, "") for name in ("name_zh", "name_en")}
        for note in latest_notes()
    ]


def _save(request: Signed, rule_id: int | None, body: WordingRuleBody) -> WordingRule:
    content = WordingContent(**body.dict())
    return save_wording_rule(rule_id=rule_id, content=content, by=request.auth, now=timezone.now())


def _rule(rule: WordingRule, figures: dict[str, int]) -> dict[str, Any]:
    names = [name for name in WordingRuleShape.model_fields if name not in ("ships", "sent", "refused")]
    return {name: getattr(rule, name) for name in names} | {
        "ships": bool(rule.key),
        "sent": figures.get("sent", 0),
        "refused": figures.get("refused", 0),
    }
