"""Asking the requester of a solved ticket, once, how they found it; and keeping the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhiyin.channels.cases import REASONS
from zhiyin.channels.providers.registry import provider_of
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.procedures.events_incidents import SurveyAnswered, SurveySent
from zhiyin.procedures.models import Survey, SurveyPolicy
from zhiyin.procedures.queries.policies import survey_policy
from zhiyin.procedures.survey_links import read_token, survey_link
from zhiyin.tickets.commands.rating import LONGEST_WORDS, rate_ticket
from zhiyin.tickets.commands.telling import tell_customer
from zhiyin.tickets.models import Rating, SpamMark, Ticket
from zhiyin.tickets.queries.aliases import lock_root
from zhiyin.tickets.queries.threading import NoWayBack, requester_target

TIMER = "procedures.survey"
TEXT_ZH = """您反映的“{subject}”已处理完毕。您对这次服务满意吗？只需一分钟：

{link}

链接在 {days} 天内有效，只需回答一次。"""
TEXT_EN = """Your case “{subject}” is solved. How did we do? It takes a minute:

{link}

The link is good for {days} days, and one answer is all we ask."""


class SurveyOver(DomainError):
    code = "procedures.survey_over"
    status = 410
    messages = {
        "zh": "这次调查已经结束。如有意见，欢迎直接回复我们。",
        "en": "This survey is over. If there is something to say, just write to us.",
    }


class NotAnAnswer(DomainError):
    code = "procedures.not_an_answer"
    status = 422
    messages = {
        "zh": "请选择列表中的分数和原因。",
        "en": "Choose a score and reasons from the lists.",
    }


@transaction.atomic
def plan_survey(*, ticket_id: int, now: datetime) -> None:
    """The ticket is solved: ask after a while, where surveys are on."""
    policy = survey_policy()
    if policy.variant != SurveyPolicy.Variant.OFF:
        due_at = now + timedelta(minutes=policy.after_minutes)
        set_timer(kind=TIMER, key=str(ticket_id), due_at=due_at)


@transaction.atomic
def drop_planned_survey(*, ticket_id: int) -> None:
    """The ticket is open again: it is asked when it is really solved."""
    cancel_timer(kind=TIMER, key=str(ticket_id))


@transaction.atomic
def send_survey(*, ticket_id: int, now: datetime) -> Survey | None:
    """Ask the requester, and nobody else; None where it is not to be: open again, asked, rated, spam, no way there.

    Where the channel asks for stars itself, as the chat's widget does, it is left to that.
    """
    ticket = lock_root(ticket_id)
    policy = survey_policy()
    if ticket.is_active or policy.variant == SurveyPolicy.Variant.OFF or _is_settled(ticket, policy):
        return None
    try:
        target = requester_target(ticket)
    except NoWayBack:
        return None
    asks_itself = getattr(provider_of(target.channel.kind), "hear_case", None) is not None
    if asks_itself and policy.variant == SurveyPolicy.Variant.STARS:
        return None
    survey = Survey.objects.create(
        ticket=ticket,
        variant=policy.variant,
        channel=target.channel,
        recipient=target.value,
        assignee_id=ticket.assignee_id,
        group_id=ticket.group_id,
        asked_at=now,
        late_after=now + timedelta(days=policy.late_days),
        open_until=now + timedelta(days=policy.open_days),
    )
    text = _text(ticket, survey, policy)
    message = tell_customer(
        ticket_id=ticket.pk, text=text, key=f"survey:{survey.pk}", by=None, now=now, target=target
    )
    if message is None:  # silence is better there: a machine, or asked too often
        survey.delete()
        return None
    emit(SurveySent(survey_id=survey.pk, ticket_id=ticket.pk, at=now))
    return survey


@transaction.atomic
def answer_survey(*, token: str, score: int, reasons: Sequence[str], words: str, now: datetime) -> Survey:
    """Keep the answer; a second one gives back the first. Raises Survey.DoesNotExist, SurveyOver, NotAnAnswer."""
    survey_id = read_token(token) or 0
    ticket = lock_root(Survey.objects.values_list("ticket_id", flat=True).get(pk=survey_id))
    survey = (
        Survey.objects.select_for_update(of=("self",)).select_related("channel", "ticket").get(pk=survey_id)
    )
    if survey.answered_at is not None:
        return survey
    if survey.is_over(now):
        raise SurveyOver
    if survey.variant == SurveyPolicy.Variant.NPS:
        _keep_nps(survey, score, reasons, words)
    else:
        rate_ticket(
            ticket_id=ticket.pk,
            score=score,
            reasons=reasons,
            words=words,
            source=survey.channel.kind,
            now=now,
        )
    survey.answered_at = now
    survey.save(update_fields=["answered_at", "nps", "reasons", "words"])
    told: dict[str, Any] = {"survey_id": survey.pk, "ticket_id": survey.ticket_id, "variant": survey.variant}
    emit(SurveyAnswered(**told, late=survey.was_late, at=now))
    return survey


def _keep_nps(survey: Survey, score: int, reasons: Sequence[str], words: str) -> None:
    if score not in range(11) or not set(reasons) <= set(REASONS):
        raise NotAnAnswer
    survey.nps = score
    survey.reasons = [reason for reason in REASONS if reason in reasons]
    survey.words = words.strip()[:LONGEST_WORDS]


def _is_settled(ticket: Ticket, policy: SurveyPolicy) -> bool:
    return (
        Survey.objects.filter(ticket=ticket).exists()
        or SpamMark.objects.filter(ticket=ticket).exists()
        or (policy.variant == SurveyPolicy.Variant.STARS and Rating.objects.filter(ticket=ticket).exists())
    )


def _text(ticket: Ticket, survey: Survey, policy: SurveyPolicy) -> str:
    is_english = ticket.customer.language.lower().startswith("en")
    words = (policy.text_en or TEXT_EN) if is_english else (policy.text_zh or TEXT_ZH)
    told: dict[str, Any] = {
        "subject": ticket.subject,
        "link": survey_link(survey.pk),
        "days": str(policy.open_days),
    }
    for name, value in told.items():
        words = words.replace(f"{{{name}}}", value)
    return words if told["link"] in words else f"{words}\n\n{told['link']}"
