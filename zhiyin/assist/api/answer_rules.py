"""What the house sets beside calibrated answers: keywords, dialogues, switches."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.assist.api.router import router
from zhiyin.assist.commands.answer_settings import switch_answers
from zhiyin.assist.commands.dialogues import DialogueContent, remove_dialogue, save_dialogue
from zhiyin.assist.commands.keywords import KeywordContent, remove_keyword_rule, save_keyword_rule
from zhiyin.assist.queries.answer_rules import dialogues, keyword_rules, matrix_of_switches
from zhiyin.assist.shapes_rules import (
    AnswerSwitchBody,
    AnswerSwitches,
    DialogueBody,
    DialogueShape,
    KeywordRuleBody,
    KeywordRuleShape,
)
from zhiyin.people.access import Signed, needs

WRITE, MANAGE = needs("knowledge.write"), needs("assist.manage")


@router.get("/assist/answering/keywords", response=list[KeywordRuleShape], auth=WRITE)
def get_keyword_rules(request: Signed) -> Any:
    """Keywords and what is answered to them, those used most first."""
    return keyword_rules(now=timezone.now())


@router.post("/assist/answering/keywords", response={201: KeywordRuleShape}, auth=WRITE)
def post_keyword_rule(request: Signed, body: KeywordRuleBody) -> Any:
    """Answer some keywords from now on."""
    return Status(201, _saved_rule(None, body, request))


@router.put("/assist/answering/keywords/{int:keyword_id}", response=KeywordRuleShape, auth=WRITE)
def put_keyword_rule(request: Signed, keyword_id: int, body: KeywordRuleBody) -> Any:
    """Change what is answered, to which keywords, where and how often."""
    return _saved_rule(keyword_id, body, request)


@router.delete("/assist/answering/keywords/{int:keyword_id}", response={204: None}, auth=WRITE)
def delete_keyword_rule(request: Signed, keyword_id: int) -> Any:
    """Answer these keywords no longer."""
    remove_keyword_rule(rule_id=keyword_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/assist/answering/dialogues", response=list[DialogueShape], auth=WRITE)
def get_dialogues(request: Signed) -> Any:
    """What is asked for by itself before people go on, by name."""
    return dialogues(now=timezone.now())


@router.post("/assist/answering/dialogues", response={201: DialogueShape}, auth=MANAGE)
def post_dialogue(request: Signed, body: DialogueBody) -> Any:
    """Add a dialogue."""
    return Status(201, _saved_dialogue(None, body, request))


@router.put("/assist/answering/dialogues/{int:dialogue_id}", response=DialogueShape, auth=MANAGE)
def put_dialogue(request: Signed, dialogue_id: int, body: DialogueBody) -> Any:
    """Change a dialogue; those that go on already go on as they began."""
    return _saved_dialogue(dialogue_id, body, request)


@router.delete("/assist/answering/dialogues/{int:dialogue_id}", response={204: None}, auth=MANAGE)
def delete_dialogue(request: Signed, dialogue_id: int) -> Any:
    """Take a dialogue away."""
    remove_dialogue(dialogue_id=dialogue_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/assist/answering/switches", response=AnswerSwitches, auth=WRITE)
def get_switches(request: Signed) -> Any:
    """Which categories of questions a machine answers on which channel."""
    return matrix_of_switches() | {"may_change": request.auth.may("assist.manage")}


@router.put("/assist/answering/switches", response={204: None}, auth=MANAGE)
def put_switch(request: Signed, body: AnswerSwitchBody) -> Any:
    """Answer questions of a category on a channel, leave them to people, or go by what is above."""
    switch_answers(**body.dict(), by=request.auth, now=timezone.now())
    return Status(204, None)


def _saved_rule(rule_id: int | None, body: KeywordRuleBody, request: Signed) -> dict[str, Any]:
    now = timezone.now()
    rule = save_keyword_rule(rule_id=rule_id, content=KeywordContent(**body.dict()), by=request.auth, now=now)
    return keyword_rules(now=now, rule_id=rule.pk)[0]


def _saved_dialogue(dialogue_id: int | None, body: DialogueBody, request: Signed) -> dict[str, Any]:
    now = timezone.now()
    told = DialogueContent(**(body.dict() | {"content": body.content}))
    dialogue = save_dialogue(dialogue_id=dialogue_id, told=told, by=request.auth, now=now)
    return dialogues(now=now, dialogue_id=dialogue.pk)[0]
