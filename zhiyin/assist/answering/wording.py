"""The words of an answer: the entry's own, or, where the channel is set so, a model's that the entry supports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from zhiyin.assist.answering.finding import Candidate
from zhiyin.assist.answering.supporting import unsupported, without_citations
from zhiyin.assist.asking import LOCAL, ask
from zhiyin.assist.models import Use
from zhiyin.assist.provider import Asked, Evidence
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.tickets.models import Ticket

NOT_SUPPORTED = "unsupported"


@dataclass(frozen=True)
class Worded:
    """What is said, and the use of a model where one was asked."""

    text: str
    use: Use | None = None


def worded(question: str, candidate: Candidate, *, ticket: Ticket, language: str, now: datetime) -> Worded:
    """A model's words where they hold to what the entry says; the entry's own where they don't, or none came."""
    edition = candidate.edition
    source = Evidence(
        text=candidate.text,
        title=edition.title,
        source=f"/knowledge/{edition.entry_id}",
        entry_id=edition.entry_id,
        edition_id=edition.edition_id,
        version_id=edition.version_id,
        number=edition.number,
        kind=edition.kind,
    )
    asked = Asked(
        task="worded_answer", by=None, now=now, ticket=ticket, text=question, into=language, sources=(source,)
    )
    use = ask(asked)
    if use.provider == LOCAL.name:
        return Worded(candidate.text, use)
    text = without_citations(use.text)
    passages = [f"{edition.title}\n{edition.text}"]
    if not text or not use.finding["evidence"] or unsupported(text, passages, concepts_now()):
        use.fell_back = NOT_SUPPORTED
        use.save(update_fields=["fell_back"])
        return Worded(candidate.text, use)
    return Worded(text, use)
