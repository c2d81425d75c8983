"""Answering by itself: what it is set to, how it goes, and what it would do with a question."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from django.utils import timezone
from ninja import Query
from pydantic import Field

from zhiyin.assist.answering.sureness import expected_by_language
from zhiyin.assist.api.router import router
from zhiyin.assist.asking import who_does_what
from zhiyin.assist.commands.answer_settings import AnswerChoices, change_answering
from zhiyin.assist.models import AnswerSettings
from zhiyin.assist.queries.answer_figures import answer_figures
from zhiyin.assist.queries.answering import answerable_channels
from zhiyin.assist.shapes_answers import (
    AnswerFiguresShape,
    AnsweringBody,
    AnsweringChannel,
    AnsweringPage,
    AnswerTrialBody,
    AnswerTrialShape,
)
from zhiyin.assist.trying import try_question
from zhiyin.channels.models import Channel
from zhiyin.people.access import Signed, needs

READ = needs("knowledge.write")
Days = Annotated[int, Field(ge=1, le=365)]
_CHOICES = ("mode", "threshold", "most_answers", "says_unsure", "words_by_endpoint")


@router.get("/assist/answering", response=AnsweringPage, auth=READ)
def get_answering(request: Signed) -> Any:
    """What a machine does with the questions of each channel, and what to expect of each threshold."""
    known = {one.channel_id: one for one in AnswerSettings.objects.all()}
    return {
        "channels": [_channel(channel, known.get(channel.pk)) for channel in answerable_channels()],
        "expected": expected_by_language(),
        "has_endpoint": who_does_what(now=timezone.now())["worded_answer"] == "endpoint",
        "may_change": request.auth.may("assist.manage"),
    }


@router.put(
    "/assist/answering/channels/{int:channel_id}", response=AnsweringChannel, auth=needs("assist.manage")
)
def put_answering(request: Signed, channel_id: int, body: AnsweringBody) -> Any:
    """Set what a machine does with the questions of a channel."""
    choices = AnswerChoices(**body.dict())
    settings = change_answering(channel_id=channel_id, choices=choices, by=request.auth, now=timezone.now())
    return _channel(settings.channel, settings)


@router.get("/assist/answering/figures", response=AnswerFiguresShape, auth=READ)
def get_answer_figures(request: Signed, days: Query[Days] = 30, channel_id: int | None = None) -> Any:
    """How answering by itself went in the last days."""
    return asdict(answer_figures(since=timezone.now() - timedelta(days=days), channel_id=channel_id))


@router.post("/assist/answering/trials", response=AnswerTrialShape, auth=READ)
def post_answer_trial(request: Signed, body: AnswerTrialBody) -> Any:
    """What would be answered to a question now, and how surely; nothing is sent or counted."""
    channel = Channel.objects.get(pk=body.channel_id)
    return try_question(
        text=body.text,
        channel=channel,
        locale=body.language,
        is_signed_in=body.is_signed_in,
        now=timezone.now(),
    )


def _channel(channel: Channel, settings: AnswerSettings | None) -> dict[str, Any]:
    chosen = settings or AnswerSettings()
    told = {name: getattr(chosen, name) for name in _CHOICES}
    told |= {"changed_at": settings.changed_at if settings is not None else None}
    return told | {"id": channel.pk, "name": channel.name, "kind": channel.kind}
