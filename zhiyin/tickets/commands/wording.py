"""Rules for words, and what becomes of answers that have one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid
from zhiyin.tickets.events_writing import RiskyWordsSent
from zhiyin.tickets.models import Message, Ticket, WordingNote, WordingRule
from zhiyin.tickets.queries.wording import Remark, remarks_on, remarks_on_prepared, strongest

MOST_WORDS = 500
LONGEST_WORD = 60


class RiskyWords(DomainError):
    """Parameters: `words` for the sentence, `remarks` with where, why and what to say instead."""

    code = "tickets.risky_words"
    status = 409
    messages = {
        "zh": "回复里有需要斟酌的用语：{words}。请修改，或确认后仍然发送。",
        "en": "The answer has words to think twice about: {words}. Change them, or send it anyway.",
    }


class BannedWords(DomainError):
    """Parameters as of RiskyWords."""

    code = "tickets.banned_words"
    status = 422
    messages = {
        "zh": "回复里有禁用语：{words}，没有发送。请按建议修改后再发。",
        "en": "The answer has banned words: {words}. It was not sent; change them as suggested and send again.",
    }


class BannedInPrepared(BannedWords):
    """Parameters as of RiskyWords."""

    code = "tickets.banned_in_prepared"
    messages = {
        "zh": "这段文字里有禁用语：{words}，不能用来发给客户。{better_zh}",
        "en": "This text has banned words and can't be sent to customers: {words}. {better_en}",
    }


class ShippedRuleStays(DomainError):
    code = "tickets.shipped_wording_stays"
    status = 409
    messages = {
        "zh": "自带的用语规则不能删除，可以停用或修改。",
        "en": "A rule that ships can't be removed; switch it off or change it.",
    }


@dataclass(frozen=True, kw_only=True)
class WordingContent:
    """What a rule says; texts in one language do for both."""

    kind: str
    name_zh: str
    name_en: str
    words: Sequence[str]
    exceptions: Sequence[str] = ()
    regions: Sequence[str] = ()
    why_zh: str = ""
    why_en: str = ""
    better_zh: str = ""
    better_en: str = ""
    action: str = WordingRule.Action.WARN
    active: bool = True


@dataclass
class Judged:
    """What was found in an answer that may leave."""

    remarks: list[Remark] = field(default_factory=list)


def judge_words(text: str, ticket: Ticket, *, despite: bool) -> Judged:
    """What rules say to an answer on this ticket. Raises BannedWords, and unless it is to leave all the same RiskyWords."""
    remarks = remarks_on(text, region=ticket.region)
    action = strongest(remarks)
    if action == WordingRule.Action.BLOCK:
        raise BannedWords(**_params([one for one in remarks if one.action == action]))
    if action == WordingRule.Action.WARN and not despite:
        raise RiskyWords(**_params([one for one in remarks if one.action == action]))
    return Judged([one for one in remarks if one.action == WordingRule.Action.WARN])


def refuse_banned_words(*texts: str) -> None:
    """Texts that are prepared to be sent on many cases; what is banned only somewhere is judged there as it leaves.

    Raises BannedInPrepared.
    """
    remarks = [one for text in texts if text.strip() for one in remarks_on_prepared(text)]
    banned = [one for one in remarks if one.action == WordingRule.Action.BLOCK]
    if banned:
        better = {f"better_{language}": _better(banned, language) for language in ("zh", "en")}
        raise BannedInPrepared(**_params(banned), **better)


def note_sent(judged: Judged, message: Message, *, region: str, by: Staff | None, now: datetime) -> None:
    """Keep which words left though a rule warned of them; inside the command that sends."""
    if not judged.remarks:
        return
    WordingNote.objects.bulk_create(
        _note(one, region, by, now, ticket_id=message.ticket_id, message=message, outcome="sent")
        for one in judged.remarks
    )
    emit(
        RiskyWordsSent(
            ticket_id=message.ticket_id,
            message_id=message.pk,
            rule_ids=sorted({one.rule_id for one in judged.remarks}),
            by_id=by.pk if by is not None else None,
            at=now,
        )
    )


@transaction.atomic
def note_refused(
    refusal: RiskyWords | BannedWords, *, ticket_id: int | None, by: Staff | None, now: datetime
) -> None:
    """Keep that an answer, or (`by` nobody) what nobody writes, was refused; after what refused it was rolled back."""
    ticket = Ticket.objects.select_related("customer", "channel").filter(pk=ticket_id or 0).first()
    remarks = [Remark(**told) for told in refusal.params["remarks"]]
    WordingNote.objects.bulk_create(
        _note(one, ticket.region if ticket else "", by, now, ticket_id=ticket_id, outcome="refused")
        for one in remarks
    )


@transaction.atomic
def save_wording_rule(
    *, rule_id: int | None, content: WordingContent, by: Staff, now: datetime
) -> WordingRule:
    """Add a rule, or change one. Raises Invalid."""
    rule = WordingRule.objects.select_for_update().get(pk=rule_id) if rule_id else WordingRule()
    words, exceptions = _words(content.words), _words(content.exceptions)
    _check(content, words)
    rule.kind, rule.action, rule.active = content.kind, content.action, content.active
    rule.words, rule.exceptions, rule.regions = words, exceptions, _words(content.regions)
    rule.name_zh = content.name_zh.strip() or content.name_en.strip()
    rule.name_en = content.name_en.strip() or content.name_zh.strip()
    for name in ("why_zh", "why_en", "better_zh", "better_en"):
        setattr(rule, name, getattr(content, name).strip())
    rule.by, rule.at = by, now
    rule.save()
    record_audit(action="tickets.wording_rule_saved", by=by.pk, target=f"wording_rule:{rule.pk}", now=now)
    return rule


@transaction.atomic
def remove_wording_rule(*, rule_id: int, by: Staff, now: datetime) -> None:
    """Take a rule of the house away. Raises ShippedRuleStays."""
    rule = WordingRule.objects.select_for_update().get(pk=rule_id)
    if rule.key:
        raise ShippedRuleStays
    rule.delete()
    record_audit(action="tickets.wording_rule_removed", by=by.pk, target=f"wording_rule:{rule_id}", now=now)


def _check(content: WordingContent, words: list[str]) -> None:
    wrong = {}
    if not words or len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
        wrong["words"] = f"1–{MOST_WORDS}, ≤ {LONGEST_WORD}"
    if not (content.name_zh.strip() or content.name_en.strip()):
        wrong["name_zh"] = "missing"
    if content.kind not in WordingRule.Kind.values:
        wrong["kind"] = ", ".join(WordingRule.Kind.values)
    if content.action not in WordingRule.Action.values:
        wrong["action"] = ", ".join(WordingRule.Action.values)
    if wrong:
        raise Invalid(fields=wrong)


def _words(told: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(one.strip() for one in told if one.strip() and "\0" not in one))


def _params(remarks: Sequence[Remark]) -> dict[str, object]:
    words = dict.fromkeys(one.text for one in remarks)
    return {"words": "、".join(words), "remarks": [one.told() for one in remarks]}


def _better(remarks: Sequence[Remark], language: str) -> str:
    told = dict.fromkeys(filter(None, (getattr(one, f"better_{language}") for one in remarks)))
    return " ".join(told)


def _note(remark: Remark, region: str, by: Staff | None, now: datetime, **where: object) -> WordingNote:
    rule_id = remark.rule_id
    return WordingNote(
        rule_id=rule_id, action=remark.action, word=remark.text[:200], region=region, by=by, at=now, **where
    )
