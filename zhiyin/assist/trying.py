"""What a machine would do with a question, tried out: nothing is sent, noted or counted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.assist.answering.persons import asks_for_person
from zhiyin.assist.answering.saying import is_greeting, words
from zhiyin.assist.answering.signals import NAMES_WITH_MEANING
from zhiyin.assist.classifier import suggest_category
from zhiyin.assist.commands.answering import Around, decision_on, language_of
from zhiyin.assist.models import AnswerSettings
from zhiyin.assist.queries.answering import Asking
from zhiyin.channels.models import Channel

_SURE_OF_TOPIC = 0.35


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
        at=now,
        is_signed_in=is_signed_in,
        settings=settings,
    )
    topic = suggest_category(text)
    around = Around(topic=topic.topic if topic.confidence >= _SURE_OF_TOPIC else "")
    decision = decision_on(text, asking, around, now=now)
    outcome = "draft" if settings.mode == AnswerSettings.Mode.DRAFT else "answer"
    told |= {"outcome": "left" if decision.reason else outcome, "reason": decision.reason or ""}
    found = decision.candidate
    if found is None:
        return told
    values = zip(NAMES_WITH_MEANING, found.signals.vector(), strict=False)
    return told | {
        "chance": found.chance,
        "text": found.text,
        "title": found.edition.title,
        "entry_id": found.edition.entry_id,
        "link": found.link,
        "signals": [{"name": name, "value": value} for name, value in values],
    }
