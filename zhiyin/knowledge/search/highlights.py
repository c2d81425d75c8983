"""Where a text says what was asked, in whatever words."""

from __future__ import annotations

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.normalising import normal
from zhiyin.platform.text.highlighting import Snippet, highlight


def marked(text: str, question: str, concepts: Concepts, *, width: int) -> Snippet:
    """A piece of the text with the words of the question marked, and those that ask for the same thing."""
    plain = normal(question)
    asked = {
        group for _, _, groups in concepts.spans(plain) for group in groups if group not in concepts.weak
    }
    body = normal(text)
    same = {
        body[start:end]
        for start, end, groups in concepts.spans(body)
        if end - start > 1 and asked.intersection(groups)
    }
    return highlight(text, " ".join([plain, *sorted(same, key=len, reverse=True)]), width)
