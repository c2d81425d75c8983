"""What a machine does with the questions of a channel."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.assist.events import AssistSettingsChanged
from zhiyin.assist.models import AnswerSettings, AnswerSwitch
from zhiyin.assist.queries.answering import answerable_channels
from zhiyin.channels.models import Channel
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import Invalid
from zhiyin.tickets.models import Category

LEAST_SURE, MOST_SURE = 0.5, 0.99


@dataclass(frozen=True, kw_only=True)
class AnswerChoices:
    """Off, draft or answer; from which chance; how often in one conversation; what is said beside."""

    mode: str
    threshold: float
    most_answers: int
    says_unsure: bool
    words_by_endpoint: bool


@transaction.atomic
def change_answering(*, channel_id: int, choices: AnswerChoices, by: Staff, now: datetime) -> AnswerSettings:
    """Set what a machine does with a channel's questions. Raises Invalid, Channel.DoesNotExist."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    if choices.mode not in AnswerSettings.Mode.values:
        raise Invalid(fields={"mode": ", ".join(AnswerSettings.Mode.values)})
    if not LEAST_SURE <= choices.threshold <= MOST_SURE:
        raise Invalid(fields={"threshold": f"{LEAST_SURE}–{MOST_SURE}"})
    settings = AnswerSettings.objects.filter(channel=channel).first() or AnswerSettings(channel=channel)
    was = {name: getattr(settings, name) for name in asdict(choices)}
    changed = {name: value for name, value in asdict(choices).items() if was[name] != value}
    if not changed and not settings._state.adding:
        return settings
    for name, value in changed.items():
        setattr(settings, name, value)
    settings.changed_at = now
    settings.save()
    record_audit(
        action="assist.answering_changed",
        by=by.pk,
        target=f"channel:{channel.pk}",
        details={name: [was[name], value] for name, value in changed.items()},
        now=now,
    )
    emit(AssistSettingsChanged(by_id=by.pk, at=now))
    return settings


@transaction.atomic
def switch_answers(
    *, category_id: int | None, channel_id: int | None, is_answered: bool | None, by: Staff, now: datetime
) -> None:
    """Whether a machine answers questions of a category (None: by default) on a channel (None: on every one); `is_answered`
    None goes by what is above. Raises Category.DoesNotExist, Channel.DoesNotExist."""
    category = Category.objects.select_for_update().get(pk=category_id) if category_id is not None else None
    channel = answerable_channels().get(pk=channel_id) if channel_id is not None else None
    known = AnswerSwitch.objects.select_for_update().filter(category=category, channel=channel).first()
    was = known.is_answered if known is not None else None
    if was == is_answered:
        return
    if is_answered is None:
        AnswerSwitch.objects.filter(category=category, channel=channel).delete()
    else:
        AnswerSwitch.objects.update_or_create(
            category=category, channel=channel, defaults={"is_answered": is_answered, "changed_at": now}
        )
    record_audit(
        action="assist.answers_switched",
        by=by.pk,
        target=f"category:{category.pk}" if category is not None else "assist:answering",
        details={"is_answered": [was, is_answered], "channel_id": channel_id},
        now=now,
    )
    emit(AssistSettingsChanged(by_id=by.pk, at=now))
