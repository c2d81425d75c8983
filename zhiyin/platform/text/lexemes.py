"""The lexemes of a text and of a query, for PostgreSQL full-text search in Chinese and English.

No dictionary and no stemming: a dictionary cuts names and new products wrongly, and a stored stem
cannot be taken back. Chinese is cut into pairs and single characters, so any two characters that
stand together are found. English endings are a matter of the query (see `search.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from operator import add

from zhiyin.platform.text.characters import RUN, WORD, fold
from zhiyin.platform.text.tokens import MAYBE_PHONE_OR_AMOUNT, PHONE_OR_AMOUNT, TOKEN, digits_of

# A tsvector holds 1 MB: 16,000 lexemes of 60 bytes stay below it whatever the text.
MAX_LEXEMES = 16_000
MAX_LEXEME_BYTES = 60
_SURELY_SHORT = MAX_LEXEME_BYTES // 4  # characters; UTF-8 spends at most four bytes on one
MAX_TEXT_CHARACTERS = 1_000_000
MAX_QUERY_CHARACTERS = 400
MAX_QUERY_LEXEMES = 64

_CONNECTED = re.compile(r"[-_+/\u2010]+")
_DOT_OR_APOSTROPHE = re.compile(r"[.'\u2019]+")
_SAME_KIND = re.compile(r"\d{3,}|[^\W\d_]{2,}")


def lexemes(text: str) -> list[str]:
    """Return the unique lexemes a text is found by, at most MAX_LEXEMES, each at most 60 bytes."""
    folded = fold(text[:MAX_TEXT_CHARACTERS])
    found = dict.fromkeys(islice(_word_forms(folded), MAX_LEXEMES // 2))
    if not folded.isascii():
        runs = " ".join(RUN.findall(folded))
        found.update(dict.fromkeys(runs))
        found.update(dict.fromkeys([pair for pair in map(add, runs, runs[1:]) if " " not in pair]))
        found.pop(" ", None)
    return list(found) if len(found) <= MAX_LEXEMES else list(islice(found, MAX_LEXEMES))


def query_lexemes(query: str) -> list[str]:
    """Return the lexemes that must all be present for a text to match; empty: nothing to search for."""
    folded = fold(query[:MAX_QUERY_CHARACTERS])
    wanted: dict[str, None] = {}
    for run in RUN.findall(folded):
        wanted.update(dict.fromkeys(map(add, run, run[1:]) if len(run) > 1 else run))
    wanted.update(dict.fromkeys(cut(digits_of(match)) for match in PHONE_OR_AMOUNT.finditer(folded)))
    for token in TOKEN.findall(PHONE_OR_AMOUNT.sub(" ", folded)):
        wanted.update(dict.fromkeys(_asked_forms(token)))
    return list(islice(wanted, MAX_QUERY_LEXEMES))


def cut(lexeme: str) -> str:
    """Shorten a lexeme to what the index stores; a text and a query are cut alike."""
    if len(lexeme) <= _SURELY_SHORT:
        return lexeme
    return lexeme.encode()[:MAX_LEXEME_BYTES].decode(errors="ignore")


def _asked_forms(token: str) -> list[str]:
    if "@" in token:
        return [cut(token)]
    return [cut(_DOT_OR_APOSTROPHE.sub(_keep_dot, chunk)) for chunk in _CONNECTED.split(token)]


def _word_forms(folded: str) -> Iterator[str]:
    if MAYBE_PHONE_OR_AMOUNT.search(folded):
        for match in PHONE_OR_AMOUNT.finditer(folded):
            yield from _number_forms(digits_of(match))
    for token in dict.fromkeys(TOKEN.findall(folded)):
        if len(token) <= _SURELY_SHORT and (token.isalpha() or token.isdecimal()):
            yield token
        else:
            yield from map(cut, _token_forms(token))


def _number_forms(number: str) -> Iterator[str]:
    yield number
    yield number.partition(".")[0]
    if len(number) >= 10:  # a phone is also asked for by its last four digits, or without its country
        yield number[-4:]
        yield number[-10:]


def _token_forms(token: str) -> Iterator[str]:
    sides = token.split("@")
    if len(sides) > 1:
        yield token
        yield from sides
    for side in sides:
        chunks = _CONNECTED.split(side)
        if len(chunks) > 1:
            yield "".join(chunks)
        for chunk in chunks:
            yield from _chunk_forms(chunk)


def _chunk_forms(chunk: str) -> Iterator[str]:
    yield _DOT_OR_APOSTROPHE.sub(_keep_dot, chunk)
    pieces = _DOT_OR_APOSTROPHE.split(chunk)
    if len(pieces) > 1:
        yield from pieces
        yield from (".".join(pieces[start:]) for start in range(1, min(len(pieces) - 1, 8)))
    for piece in WORD.findall(chunk):
        if not (piece.isalpha() or piece.isdecimal()):
            yield from _SAME_KIND.findall(piece)


def _keep_dot(match: re.Match[str]) -> str:
    return "." if "." in match.group() else ""
