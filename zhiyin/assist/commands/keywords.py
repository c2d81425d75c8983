"""Keyword answers, as the house sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.assist.answering.keywords import LONGEST_KEYWORD, MATCHES, MOST_KEYWORDS, plain
from zhiyin.assist.events import AssistSettingsChanged
from zhiyin.assist.models import KeywordRule
from zhiyin.channels.models import Channel
from zhiyin.knowledge.models import Edition, Entry
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import Invalid
from zhiyin.tickets.commands.wording import refuse_banned_words

LONGEST_ANSWER = 2_000
MOST_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class KeywordContent:
    """Which words, how they are matched, what is said to them, where and how often; words in one language do for both."""

    keywords: Sequence[str]
    match: str = "exact"
    text_zh: str = ""
    text_en: str = ""
    entry_id: int | None = None
    channels: Sequence[int] = ()
    frequency: str = KeywordRule.Frequency.ALWAYS
    days: int = 30
    active: bool = True


@transaction.atomic
def save_keyword_rule(
    *, rule_id: int | None, content: KeywordContent, by: Staff, now: datetime
) -> KeywordRule:
    """Add a rule, or change one. Raises Invalid, BannedInPrepared, KeywordRule.DoesNotExist."""
    rule = KeywordRule.objects.select_for_update().get(pk=rule_id) if rule_id else KeywordRule()
    _check(content)
    refuse_banned_words(content.text_zh, content.text_en)
    rule.keywords = tidy_keywords(content.keywords)
    rule.match, rule.frequency, rule.days = content.match, content.frequency, content.days
    rule.text_zh, rule.text_en = content.text_zh.strip(), content.text_en.strip()
    rule.entry_id, rule.active = content.entry_id, content.active
    rule.channels = sorted(set(content.channels))
    rule.by, rule.at = by, now
    rule.save()
    tell_change("keyword_rule_saved", f"keyword_rule:{rule.pk}", by=by, now=now)
    return rule


@transaction.atomic
def remove_keyword_rule(*, rule_id: int, by: Staff, now: datetime) -> None:
    """Take a rule away; what it answered stays counted. Raises KeywordRule.DoesNotExist."""
    KeywordRule.objects.select_for_update().get(pk=rule_id).delete()
    tell_change("keyword_rule_removed", f"keyword_rule:{rule_id}", by=by, now=now)


def tidy_keywords(told: Sequence[str]) -> list[str]:
    """Each once, as they are compared, in the order and writing they came in; what says nothing is left out."""
    first: dict[str, str] = {}
    for one in told:
        first.setdefault(plain(one.replace("\0", "")), one.replace("\0", "").strip())
    return [written for compared, written in first.items() if compared]


def misfits_of_trigger(keywords: Sequence[str], match: str, channels: Sequence[int]) -> dict[str, str]:
    """What is wrong with keywords and where they hold, by field."""
    wrong = {}
    if len(keywords) > MOST_KEYWORDS or any(len(one) > LONGEST_KEYWORD for one in keywords):
        wrong["keywords"] = f"≤ {MOST_KEYWORDS}, ≤ {LONGEST_KEYWORD}"
    if match not in MATCHES:
        wrong["match"] = ", ".join(MATCHES)
    if Channel.objects.filter(pk__in=channels).count() != len(set(channels)):
        wrong["channels"] = "gone"
    return wrong


def tell_change(what: str, target: str, *, by: Staff, now: datetime) -> None:
    """Keep on the trail, and tell, that somebody changed what a machine answers."""
    record_audit(action=f"assist.{what}", by=by.pk, target=target, now=now)
    emit(AssistSettingsChanged(by_id=by.pk, at=now))


def is_for_customers(entry_ids: Sequence[int]) -> bool:
    """Whether customers may read all of these entries: published, in use, not scripts, not for staff alone."""
    entries = Entry.objects.filter(
        pk__in=entry_ids,
        archived_at=None,
        audience__in=(Entry.Audience.PUBLIC, Entry.Audience.SIGNED_IN),
        kind__in=(Entry.Kind.ARTICLE, Entry.Kind.FAQ),
    )
    published = Edition.objects.filter(entry__in=entries, published__isnull=False)
    return published.values("entry_id").distinct().count() == len(set(entry_ids))


def _check(content: KeywordContent) -> None:
    wrong = misfits_of_trigger(content.keywords, content.match, content.channels)
    if not tidy_keywords(content.keywords):
        wrong["keywords"] = "missing"
    texts = (content.text_zh.strip(), content.text_en.strip())
    if not any(texts) and content.entry_id is None:
        wrong["text_zh"] = "missing"
    for name, text in zip(("text_zh", "text_en"), texts, strict=True):
        if len(text) > LONGEST_ANSWER or "\0" in text:
            wrong[name] = f"≤ {LONGEST_ANSWER}"
    if content.entry_id is not None and not is_for_customers([content.entry_id]):
        wrong["entry_id"] = "not for customers"
    if content.frequency not in KeywordRule.Frequency.values:
        wrong["frequency"] = ", ".join(KeywordRule.Frequency.values)
    if not 1 <= content.days <= MOST_DAYS:
        wrong["days"] = f"1–{MOST_DAYS}"
    if wrong:
        raise Invalid(fields=wrong)
