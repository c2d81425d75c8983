"""What a machine would do with a question: nothing is changed here.

In this order: who is angry, threatens or complains gets people. Keywords of the house are answered. A dialogue that a keyword or
the category begins asks what it needs. What the house or the question leaves to people is left. Then what the knowledge base
says is answered where that is sure, and where a few entries are close together the customer is asked which one they mean.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from zhiyin.assist.answering.choosing import what_to_do
from zhiyin.assist.answering.finding import Asker, Candidate, best_answer, named_answer
from zhiyin.assist.answering.holding import Case, Reason, reason_to_hold, reason_to_step_back
from zhiyin.assist.answering.sureness import languages
from zhiyin.assist.answering.switching import Ruling, ruling_on
from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.language import language_of_text
from zhiyin.assist.local.mood import mood_of, risks_in
from zhiyin.assist.models import Dialogue, KeywordRule
from zhiyin.assist.queries.answering import Asking
from zhiyin.assist.queries.dialogues import (
    dialogue_named,
    dialogues_on,
    lineage_of,
    rule_hits,
    switches_on,
)
from zhiyin.knowledge.search.finding import IndexNotReady

_SURE_OF_LANGUAGE = 0.5

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a machine would do: leave it to people for a reason, answer, ask which entry is meant, or begin a dialogue."""

    language: str
    reason: Reason | None = None
    candidate: Candidate | None = None  # the entry that is said, or was nearest
    rule: KeywordRule | None = None
    word: str = ""  # the keyword that was found
    text: str = ""  # the rule's own words
    is_unclear: bool = False  # the candidate and those close to it are offered
    dialogue: Dialogue | None = None
    switched_off: SwitchedOff | None = None  # where that is the reason


@dataclass(frozen=True, kw_only=True)
class SwitchedOff:
    """What a question is about, None where nothing tells, and the switch that leaves it to people."""

    category_id: int | None
    by: Ruling


@dataclass(frozen=True, kw_only=True)
class Around:
    """What is known of the conversation a question stands in."""

    mood: str = ""
    risks: Collection[str] = ()
    topic: str = ""
    files: int = 0
    answers: int = 0
    customer_id: int | None = None
    category_id: int | None = None
    was_asked_which: bool = False
    begun: Collection[int] = ()  # dialogues


def decision_on(question: str, asking: Asking, around: Around, *, now: datetime) -> Decision:
    """What would be done with a question."""
    language = language_of(question, asking.locale)
    case = case_of(question, around, most_answers=asking.settings.most_answers)
    urgent = reason_to_step_back(case)
    if urgent is None and case.answers >= case.most_answers:
        urgent = "often_enough"
    if urgent is not None:
        return Decision(language=language, reason=urgent)
    asker = asker_of(asking, language)
    by_rule = _by_keyword(question, asking, around, asker, now=now)
    if by_rule is not None:
        return by_rule
    dialogues = dialogues_on(asking.channel_id) if asking.settings.mode == "answer" else []
    named = dialogue_named(question, dialogues)
    if named is not None:
        return Decision(language=language, dialogue=named[0], word=named[1].word)
    fresh = [one for one in dialogues if one.pk not in around.begun]
    switches = switches_on(asking.channel_id)
    watched = any(category is not None for category, _ in switches) or any(one.categories for one in fresh)
    lineage = lineage_of(question, around.category_id) if watched else []
    for one in fresh:
        if set(one.categories) & set(lineage):
            return Decision(language=language, dialogue=one)
    ruling = ruling_on(lineage, asking.channel_id, switches)
    if not ruling.is_answered:
        off = SwitchedOff(category_id=lineage[-1] if lineage else None, by=ruling)
        return Decision(language=language, reason="category_off", switched_off=off)
    held = reason_to_hold(case)
    if held is not None:
        return Decision(language=language, reason=held)
    return _from_knowledge(question, asking, around, asker, fresh, now=now)


def language_of(text: str, locale: str) -> str:
    """What the text is in; where that does not tell, what the customer's page is in."""
    found = language_of_text(text)
    if found.code and found.confidence >= _SURE_OF_LANGUAGE:
        return found.code
    return locale[:2] or found.code


def asker_of(asking: Asking, language: str) -> Asker:
    """Who asks, for the knowledge base."""
    return Asker(language=language, region=asking.region, is_signed_in=asking.is_signed_in)


def case_of(question: str, around: Around, *, most_answers: int) -> Case:
    """The text is read here too: what was read of the ticket may be a message behind."""
    mood = "angry" if "angry" in (around.mood, mood_of(question).mood) else around.mood
    return Case(
        text=question,
        mood=mood,
        risks={*around.risks, *(one.kind for one in risks_in(question))},
        topic=around.topic,
        entities={one.kind for one in entities_in(question)},
        files=around.files,
        answers=around.answers,
        most_answers=most_answers,
    )


def _by_keyword(
    question: str, asking: Asking, around: Around, asker: Asker, *, now: datetime
) -> Decision | None:
    """The first rule that has something to say to this customer: its own words, or an entry they may read."""
    hits = rule_hits(question, channel_id=asking.channel_id, customer_id=around.customer_id, now=now)
    for hit in hits:
        rule = hit.rule
        zh, en = rule.text_zh, rule.text_en
        text = (zh or en) if asker.language.startswith("zh") else (en or zh)
        candidate = named_answer(rule.entry_id, asker, now=now, question=question) if rule.entry_id else None
        if text or candidate is not None:
            return Decision(language=asker.language, candidate=candidate, rule=rule, word=hit.word, text=text)
    return None


def _from_knowledge(
    question: str,
    asking: Asking,
    around: Around,
    asker: Asker,
    dialogues: Collection[Dialogue],
    *,
    now: datetime,
) -> Decision:
    language = asker.language
    if language not in languages():
        return Decision(language=language, reason="language")
    try:
        found = best_answer(question, asker, now=now)
    except IndexNotReady:
        log.warning("knowledge index not ready: a question is left to people")
        return Decision(language=language, reason="no_index")
    if found is None or found.chance is None:
        return Decision(language=language, reason="nothing_found")
    may_ask = asking.settings.mode == "answer" and not around.was_asked_which
    told = what_to_do(found.chance, found.together, asking.settings.threshold, may_ask=may_ask)
    if told == "say":
        begun = next((one for one in dialogues if found.edition.entry_id in one.entries), None)
        return Decision(language=language, candidate=found, dialogue=begun)
    if told == "ask":
        return Decision(language=language, candidate=found, is_unclear=True)
    return Decision(language=language, reason="unsure", candidate=found)
