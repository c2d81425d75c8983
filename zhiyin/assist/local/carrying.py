"""The provider that is always there: everything on this machine, nothing leaves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from zhiyin.assist.classifier import suggest_category
from zhiyin.assist.local.entities import entities_in
from zhiyin.assist.local.language import language_of_text
from zhiyin.assist.local.repeats import same_problem
from zhiyin.assist.local.summarising import Digest, digest
from zhiyin.assist.moods.reading import moods_of
from zhiyin.assist.provider import Asked, Evidence, Finding, ProviderFailed, Task
from zhiyin.assist.queries.conversation import customers_words
from zhiyin.assist.solved_answers import answers_in_solved_cases
from zhiyin.assist.sources import sources_for
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.hints import solved_alike
from zhiyin.tickets.queries.wording import remarks_on

VERSION = "1"
EARLIER = 20  # tickets of the same customer that are compared


class LocalProvider:
    """Carries out what words, numbers and sparse classifiers can do well. Translation and speech are not among that."""

    name = "local"

    def offers(self, task: Task, *, now: datetime) -> bool:
        return task in _CARRIED

    def carry_out(self, asked: Asked) -> Finding:
        if asked.task not in _CARRIED:
            raise ProviderFailed("not_offered")
        return _CARRIED[asked.task](asked)


def _finding(asked: Asked, model: str, **found: Any) -> Finding:
    return Finding(task=asked.task, provider="local", model=model, version=VERSION, **found)


def _text_of(asked: Asked) -> str:
    return asked.text or "\n".join(one.text for one in asked.said if one.who == "customer")


def _language(asked: Asked) -> Finding:
    found = language_of_text(_text_of(asked))
    return _finding(asked, "letters", text=found.code, confidence=found.confidence)


def _mood(asked: Asked) -> Finding:
    [read] = moods_of([_text_of(asked)])
    found, model = read.mood, f"own {read.version}" if read.version else "lexicon"
    evidence = tuple(Evidence(text=word) for word in found.words)
    return _finding(asked, model, text=found.mood, confidence=found.confidence, evidence=evidence)


def _category(asked: Asked) -> Finding:
    found = suggest_category(_text_of(asked))
    evidence = tuple(Evidence(text=word) for word in found.words)
    values = {"category_id": found.category_id, "guesses": found.guesses, "topic": found.topic}
    return Finding(
        task="category",
        provider="local",
        model=found.model,
        version=found.version,
        values=values,
        confidence=found.confidence,
        evidence=evidence,
    )


def _entities(asked: Asked) -> Finding:
    found = entities_in(_text_of(asked))
    return _finding(
        asked, "patterns", values={"entities": [{"kind": one.kind, "text": one.text} for one in found]}
    )


def _similar(asked: Asked) -> Finding:
    """Solved tickets that say alike."""
    assert asked.ticket is not None
    assert asked.by is not None
    hints = solved_alike(asked.ticket, by=asked.by)
    evidence = tuple(
        Evidence(text=hint.ticket.subject or hint.ticket.preview, ticket_id=hint.ticket.pk) for hint in hints
    )
    return _finding(asked, "words", values={"words": [hint.words for hint in hints]}, evidence=evidence)


def _repeats(asked: Asked) -> Finding:
    """Earlier tickets of the same customer about the same problem."""
    assert asked.ticket is not None
    assert asked.by is not None
    earlier = list(
        Ticket.objects.visible_to(asked.by)
        .themselves()
        .filter(customer_id=asked.ticket.customer_id, created_at__lte=asked.ticket.created_at)
        .exclude(pk=asked.ticket.pk)
        .order_by("-created_at")[:EARLIER]
    )
    words = [_first_words(one) for one in earlier]
    told = f"{asked.ticket.subject}\n{_text_of(asked)}"
    found = same_problem(words, told)
    evidence = tuple(
        Evidence(text=" ".join(like.shared), ticket_id=earlier[place].pk) for place, like in found[:5]
    )
    return _finding(asked, "words", confidence=found[0][1].score if found else None, evidence=evidence)


def _first_words(ticket: Ticket) -> str:
    said = customers_words(ticket, most=2)
    return "\n".join([ticket.subject, *(one.text for one in said)])


def _answers(asked: Asked) -> Finding:
    """Answers of the knowledge base, then what solved tickets like this one."""
    return _finding(asked, "words", evidence=tuple(sources_for(asked)))


def _draft(asked: Asked) -> Finding:
    """The best of the suggested answers to begin from, behind the words for how the customer feels; none where nothing
    is alike."""
    found = sources_for(asked)
    if not found:
        raise ProviderFailed("nothing_alike")
    opening = [one for one in found[:1] if one.kind == "script"]
    answer = [one for one in found if one.kind != "script"][:1]
    taken = (*opening, *answer) or (found[0],)
    return _finding(asked, "words", text="\n\n".join(one.text for one in taken), evidence=taken)


def _entry(asked: Asked) -> Finding:
    """The most typical answer of solved cases to a question that nothing in the knowledge base answers."""
    found = answers_in_solved_cases(asked.text, by=asked.by) if asked.by is not None else []
    if not found:
        raise ProviderFailed("nothing_alike")
    confidence = round(min(1.0, max(0.0, found[0].weight)), 3)
    evidence = tuple(one.evidence() for one in found)
    return _finding(asked, "typical", text=found[0].text, confidence=confidence, evidence=evidence)


def _worded_answer(asked: Asked) -> Finding:
    """What the entry says, as it stands there."""
    if not asked.sources:
        raise ProviderFailed("nothing_alike")
    first = asked.sources[0]
    return _finding(asked, "passage", text=first.text, evidence=(first,))


def _summary(asked: Asked) -> Finding:
    told = digest(asked.said)
    lines = _lines(told, asked.into, handover=False)
    evidence = (*told.wanted, *told.promised, *told.open)
    return _finding(asked, "extractive", text="\n".join(lines), values=_values(told), evidence=evidence)


def _handover(asked: Asked) -> Finding:
    told = digest(asked.said)
    lines = _lines(told, asked.into, handover=True)
    evidence = (*told.wanted, *told.promised, *told.open, *told.noted)
    return _finding(asked, "extractive", text="\n".join(lines), values=_values(told), evidence=evidence)


def _values(told: Digest) -> dict[str, list[str]]:
    return {
        name: [one.text for one in getattr(told, name)] for name in ("wanted", "promised", "open", "noted")
    }


_HEADS = {
    "wanted": ("客户诉求", "The customer wants"),
    "promised": ("我方已答复或承诺", "We said or promised"),
    "open": ("尚待处理", "Still open"),
    "noted": ("内部备注", "Notes"),
}


def _lines(told: Digest, into: str, *, handover: bool) -> list[str]:
    """The parts that hold something, in the reader's language; what was said stays in its own."""
    names = ("wanted", "promised", "open", "noted") if handover else ("wanted", "promised", "open")
    is_english = into.startswith("en")
    separator = ": " if is_english else "："
    return [
        f"{_HEADS[name][is_english]}{separator}{' / '.join(one.text for one in parts)}"
        for name in names
        if (parts := getattr(told, name))
    ]


def _wording(asked: Asked) -> Finding:
    remarks = remarks_on(asked.text, region=asked.ticket.region if asked.ticket else "")
    values = {"remarks": [one.told() for one in remarks]}
    return _finding(asked, "rules", values=values, evidence=tuple(Evidence(text=one.text) for one in remarks))


_CARRIED: dict[str, Callable[[Asked], Finding]] = {
    "language": _language,
    "mood": _mood,
    "category": _category,
    "entities": _entities,
    "similar": _similar,
    "repeats": _repeats,
    "answers": _answers,
    "draft": _draft,
    "entry": _entry,
    "worded_answer": _worded_answer,
    "summary": _summary,
    "handover": _handover,
    "wording": _wording,
}
