"""PostgreSQL's side of text search: vectors to store, queries to ask.

row.words = search_vector(text)                        # SearchVectorField, under a GIN index
Row.objects.filter(words=search_query("退款 invoice"))  # every word must match
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Func, TextField, Value

from zhiyin.platform.text.english import english_forms
from zhiyin.platform.text.lexemes import cut, lexemes, query_lexemes


def search_vector(text: str) -> Func:
    """Return the tsvector of a text, without positions: half the size, and order is in the pairs."""
    words = Value(lexemes(text), output_field=ArrayField(TextField()))
    return Func(words, function="array_to_tsvector", output_field=SearchVectorField())


def vector_text(text: str) -> str:
    """Return the tsvector of a text as PostgreSQL reads it in COPY."""
    return " ".join(map(_quoted, lexemes(text)))


class LexemeQuery(SearchQuery):
    """A tsquery taken as it stands: PostgreSQL's own parser would cut it up again, its own way."""

    def __init__(self, tsquery: str) -> None:
        super().__init__(tsquery, search_type="raw")
        self.tsquery = tsquery

    def as_sql(self, *_: Any, **__: Any) -> Any:
        return "%s::tsquery", [self.tsquery]


def search_query(query: str) -> LexemeQuery:
    """Return the tsquery that asks for all words of a query; one without words matches nothing."""
    return LexemeQuery(query_text(query))


def query_text(query: str) -> str:
    """Return the tsquery for a query as PostgreSQL reads it; empty when there is nothing to ask for."""
    return " & ".join(map(_any_form, query_lexemes(query)))


def _any_form(lexeme: str) -> str:
    forms = [_quoted(cut(form)) for form in english_forms(lexeme)]
    return forms[0] if len(forms) == 1 else f"({' | '.join(forms)})"


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
