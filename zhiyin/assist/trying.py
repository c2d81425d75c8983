"""What a machine would do with a question, tried out: nothing is sent, noted or counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.assist.answering.choosing import numbered
from zhiyin.assist.answering.dialogues import Content, begin
from zhiyin.assist.answering.finding import Candidate
from zhiyin.assist.answering.persons import asks_for_person
from zhiyin.assist.answering.saying import is_greeting, words
from zhiyin.assist.answering.signals import NAMES
from zhiyin.assist.classifier import SURE_OF_TOPIC, suggest_category
from zhiyin.assist.commands.deciding import Around, Decision, decision_on, language_of
from zhiyin.assist.commands.turning import today_at
from zhiyin.assist.models import AnswerSettings
from zhiyin.assist.queries.answering import Asking
from zhiyin.channels.models import Channel


def try_question(
    *, text: str, channel: Channel, locale: str, is_signed_in: bool, now: datetime
) -> dict[str, Any]:
    """Outcome, reason, chance and what would be said, as the first question of a conversation on the channel."""
    settings = AnswerSettings.objects.filter(channel=channel).first() or AnswerSettings(channel=channel)
    told: dict[str, Any] = {
        "reason": "",
        "language": language_of(text, locale),
        "chance": None,
        "threshold": settings.threshold,
        "text": "",
        "title": "",
        "entry_id": None,
        "link": "",
        "signals": [],
        "keyword": "",
        "rule_id": None,
        "dialogue": "",
        "choices": [],
        "switched_off": None,
    }
    if asks_for_person(text):
        return told | {"outcome": "person", "text": words("handed", told["language"])}
    if is_greeting(text):
        return told | {"outcome": "greeting", "text": words("greeting", told["language"])}
    asking = Asking(
        message_id=0,
        ticket_id=0,
        channel_id=channel.pk,
        channel_kind=channel.kind,
        text=text,
        locale=locale,
        region="",
        at=now,
        is_signed_in=is_signed_in,
        settings=settings,
    )
    topic = suggest_category(text)
    around = Around(topic=topic.topic if topic.confidence >= SURE_OF_TOPIC else "")
    decision = decision_on(text, asking, around, now=now)
    return told | _told_of(decision, text, is_draft=settings.mode == AnswerSettings.Mode.DRAFT, now=now)


def _told_of(decision: Decision, text: str, *, is_draft: bool, now: datetime) -> dict[str, Any]:
    found, outcome = decision.candidate, "draft" if is_draft else "answer"
    told: dict[str, Any] = {
        "outcome": "left" if decision.reason else outcome,
        "reason": decision.reason or "",
    }
    if found is not None:
        told |= _entry(found)
    if decision.switched_off is not None:
        off = decision.switched_off
        told["switched_off"] = {
            "category_id": off.category_id,
            "from_category_id": off.by.category_id,
            "from_channel_id": off.by.channel_id,
        }
    if decision.dialogue is not None:
        content = Content.model_validate(decision.dialogue.content)
        step = begin(content, text, language=decision.language, today=today_at(now))
        said = step.text or content.ending.text(decision.language)
        return told | {
            "outcome": "dialogue",
            "text": said,
            "keyword": decision.word,
            "dialogue": decision.dialogue.name,
            "choices": list(step.choices),
        }
    if decision.rule is not None:
        said = decision.text or told.get("text", "")
        return told | {"text": said, "keyword": decision.word, "rule_id": decision.rule.pk}
    if decision.is_unclear and found is not None:
        titles = [one.title for one in found.close]
        said = words("which", decision.language, choices=numbered(titles))
        return told | {"outcome": "ask", "text": said, "choices": titles}
    return told


def _entry(found: Candidate) -> dict[str, Any]:
    signals = found.signals
    values = zip(NAMES[signals.way], signals.vector(), strict=True) if signals is not None else ()
    return {
        "chance": found.chance,
        "text": found.text,
        "title": found.edition.title,
        "entry_id": found.edition.entry_id,
        "link": found.link,
        "signals": [{"name": name, "value": value} for name, value in values],
    }
