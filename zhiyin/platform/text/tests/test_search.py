import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from zhiyin.platform.text.english import english_forms
from zhiyin.platform.text.lexemes import lexemes
from zhiyin.platform.text.search import query_text, search_query, search_vector, vector_text

pytestmark = pytest.mark.django_db


def matches(text: str, query: str) -> bool:
    rows = ContentType.objects.annotate(words=search_vector(text))
    return rows.filter(words=search_query(query)).exists()


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("我要退款，请尽快处理", "退款 处理"),
        ("张三丰", "张"),
        ("Please refund me", "refunds"),
        ("We refunded it", "refund"),
        ("Refunding takes a day", "refunded"),
        ("two parties", "party"),
        ("it arrived", "arriving"),
        ("O'Neil wrote c:\\temp", "o'neil temp"),
        ("订单DD20241101-88", "DD20241101-88"),
        ("a@b.cn", "A@B.CN"),
    ],
)
def test_postgresql_finds_it(text: str, query: str) -> None:
    assert matches(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("我要退款", "退货"),
        ("我要退款", "退款 发票"),
        ("refund", "refunder"),
        ("anything", "！？"),
        ("anything", ""),
    ],
)
def test_postgresql_does_not_find_it(text: str, query: str) -> None:
    assert not matches(text, query)


def test_the_vector_for_copy_is_the_vector_of_the_query_set() -> None:
    text = "退款 refund O'Neil back\\slash DD-1 zhang@example.com 'quoted'"
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_to_tsvector(%s) = %s::tsvector", [lexemes(text), vector_text(text)])
        assert cursor.fetchone() == (True,)


def test_a_query_cannot_leave_its_quotes() -> None:
    assert query_text("' | 'x") == "'x'"
    assert query_text("退款") == "'退款'"


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("refund", "refunds"),
        ("refunds", "refund"),
        ("refunded", "refunding"),
        ("cancel", "cancels"),
        ("party", "parties"),
        ("parties", "party"),
        ("invoice", "invoicing"),
        ("invoices", "invoice"),
        ("boxes", "box"),
    ],
)
def test_the_usual_forms_of_a_word_are_asked_for(word: str, form: str) -> None:
    assert english_forms(word)[0] == word
    assert form in english_forms(word)


def test_names_and_codes_have_one_form() -> None:
    assert english_forms("dd20241101") == ["dd20241101"]
    assert english_forms("is") == ["is"]
    assert english_forms("退款") == ["退款"]
