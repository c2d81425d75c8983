"""What the house has set beside calibrated answers, as it holds for one question; and what was asked back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from zhiyin.assist.answering.keywords import Matched, keywords_of, matched
from zhiyin.assist.answering.switching import Switches
from zhiyin.assist.classifier import SURE_OF_TOPIC, suggest_category
from zhiyin.assist.models import AnswerSwitch, AutomaticAnswer, Dialogue, KeywordRule, Turn
from zhiyin.tickets.models import Category


@dataclass(frozen=True, kw_only=True)
class RuleHit:
    """A keyword rule, and its keyword that was found."""

    rule: KeywordRule
    word: str


def rule_hits(text: str, *, channel_id: int, customer_id: int | None, now: datetime) -> list[RuleHit]:
    """Rules in force on the channel whose keywords the text has, the most telling first, without those this customer has had
    as often as they may. Two queries, one where nothing matches."""
    rules = {
        one.pk: one for one in KeywordRule.objects.filter(active=True) if _holds_on(one.channels, channel_id)
    }
    hits = matched(text, [keywords_of(one.pk, one.keywords, one.match) for one in rules.values()])
    had = rules_had([rules[one.id] for one in hits], customer_id=customer_id, now=now) if hits else set()
    return [RuleHit(rule=rules[one.id], word=one.word) for one in hits if one.id not in had]


def rules_had(rules: Collection[KeywordRule], *, customer_id: int | None, now: datetime) -> set[int]:
    """Of these rules, those that have answered the customer as often as they may. One query at most."""
    limited = [one for one in rules if one.frequency != KeywordRule.Frequency.ALWAYS]
    if not limited or customer_id is None:
        return set()
    wanted = Q()
    for one in limited:
        is_of_rule = Q(rule=one)
        if one.frequency == KeywordRule.Frequency.DAYS:
            is_of_rule &= Q(decided_at__gt=now - timedelta(days=one.days))
        wanted |= is_of_rule
    told = AutomaticAnswer.objects.filter(wanted, state="answered", ticket__customer=customer_id)
    return {pk for pk in told.values_list("rule_id", flat=True) if pk is not None}


def dialogues_on(channel_id: int) -> list[Dialogue]:
    """Dialogues in force on a channel, the oldest first; one query."""
    found = Dialogue.objects.filter(active=True).order_by("pk")
    return [one for one in found if _holds_on(one.channels, channel_id)]


def dialogue_named(text: str, dialogues: Sequence[Dialogue]) -> tuple[Dialogue, Matched] | None:
    """The dialogue that a keyword in the text begins."""
    by_id = {one.pk: one for one in dialogues}
    hits = matched(text, [keywords_of(one.pk, one.keywords, one.match) for one in dialogues])
    return (by_id[hits[0].id], hits[0]) if hits else None


def lineage_of(text: str, category_id: int | None) -> list[int]:
    """The category a question is of, with all above it from the top down: the ticket's own, else the one the classifier is sure
    enough of; none where it is not. One query and those of the classifier."""
    if category_id is None:
        guess = suggest_category(text)
        category_id = guess.category_id if guess.confidence >= SURE_OF_TOPIC else None
    if category_id is None:
        return []
    return list(Category.objects.values_list("lineage", flat=True).get(pk=category_id))


def switches_on(channel_id: int) -> Switches:
    """What is set for a channel, and for every channel; one query."""
    rows = AnswerSwitch.objects.filter(Q(channel=channel_id) | Q(channel=None))
    return {(one.category_id, one.channel_id): one.is_answered for one in rows}


def open_turn(ticket_id: int) -> Turn | None:
    """What a machine has asked back on the ticket and waits for."""
    return Turn.objects.filter(ticket=ticket_id).first()


def was_asked_which(ticket_id: int) -> bool:
    """Whether the customer was asked which entry they mean, in this conversation."""
    return AutomaticAnswer.objects.filter(ticket=ticket_id, state="asked", way="choice").exists()


def dialogues_begun(ticket_id: int) -> set[int]:
    """Dialogues that were begun in this conversation."""
    begun = AutomaticAnswer.objects.filter(ticket=ticket_id, way="dialogue", dialogue__isnull=False)
    return {pk for pk in begun.values_list("dialogue_id", flat=True) if pk is not None}


def _holds_on(channels: Collection[int], channel_id: int) -> bool:
    return not channels or channel_id in channels
