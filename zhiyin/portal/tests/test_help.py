"""The help centre as its readers meet it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.channels.models import Channel, RawMessage
from zhiyin.channels.providers.chat.tests.world import Browser, make_chat
from zhiyin.customers.models import Customer, Identity
from zhiyin.knowledge.models import (
    AskedQuestion,
    Category,
    Entry,
    Feedback,
    Product,
    StillAsked,
    Version,
    VersionFile,
)
from zhiyin.knowledge.queries.outcomes import Outcome, outcomes_of
from zhiyin.knowledge.search.store import Store
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import store_upload
from zhiyin.platform.limits.models import Allowance
from zhiyin.portal.commands import start_session
from zhiyin.portal.pages import COOKIE
from zhiyin.testing.knowledge import build_index, make_author, make_reviewer, publish
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_channel
from zhiyin.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> tuple[Staff, Staff]:
    return make_author(), make_reviewer()


@pytest.fixture
def category() -> Category:
    return Category.objects.create(name_zh="退款", name_en="Refunds")


@pytest.fixture
def product() -> Product:
    return Product.objects.create(key="shop", name_zh="商城", name_en="Shop")


@pytest.fixture
def version(people: tuple[Staff, Staff], category: Category, product: Product) -> Version:
    return published(people, "退款多久到账？", category_id=category.pk, product_ids=[product.pk])


def published(
    people: tuple[Staff, Staff], title: str, *, audience: str = "public", kind: str = "faq", **place: object
) -> Version:
    return publish(
        by=people[0],
        reviewer=people[1],
        kind=kind,
        title=title,
        html="<p>储蓄卡 3 天内。</p>",
        language="en" if title.isascii() else "zh-CN",
        place={"audience": audience, **place},
        now=timezone.now(),
    )


def key_of(version: Version) -> str:
    return str(Entry.objects.values_list("key", flat=True).get(pk=version.edition.entry_id))


def visitor(email: str = "") -> Client:
    client = Client(headers={"Accept-Language": "zh"})
    if email:
        customer = Customer.objects.create(name="Wang", created_at=timezone.now(), updated_at=timezone.now())
        Identity.objects.create(customer=customer, kind="email", value=email, created_at=timezone.now())
        client.cookies[COOKIE] = start_session(email=email, now=timezone.now())
    return client


def text(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode()


def test_the_start_leads_to_the_visitors_language() -> None:
    assert visitor().get("/help")["Location"] == "/help/zh"
    assert Client(headers={"Accept-Language": "en"}).get("/help")["Location"] == "/help/en"
    assert visitor().get("/help/fr").status_code == 404


def test_the_home_page_shows_what_is_there_in_this_language(version: Version, category: Category) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = text(visitor().get("/help/zh"))
    assert "退款多久到账？" in page
    assert f"/help/zh/c/{category.pk}" in page
    assert 'hreflang="en"' in page
    assert len(queries) <= 8
    empty = text(visitor().get("/help/en"))
    assert "退款多久到账" not in empty
    assert "There is nothing here yet." in empty


def test_a_category_shows_its_titles_and_itself_in_the_other_language(
    version: Version, category: Category
) -> None:
    page = text(visitor().get(f"/help/zh/c/{category.pk}"))
    assert "退款多久到账？" in page
    assert f'hreflang="en" href="http://testserver/help/en/c/{category.pk}"' in page
    empty = visitor().get(f"/help/en/c/{category.pk}")
    assert empty.status_code == 200
    assert "There is nothing here yet." in text(empty)
    assert visitor().get("/help/zh/c/999999").status_code == 404


def test_a_product_narrows_and_what_is_about_none_stays(
    people: tuple[Staff, Staff], version: Version
) -> None:
    Product.objects.create(key="other", name_zh="别的", name_en="Other")
    published(people, "营业时间？")
    page = text(visitor().get("/help/zh?product=other"))
    assert "营业时间" in page
    assert "退款多久到账？" not in page
    assert "退款多久到账？" in text(visitor().get("/help/zh?product=shop"))
    assert visitor().get("/help/zh?product=nonsense").status_code == 200


def test_an_article_is_cached_by_its_content_and_strict_about_scripts(version: Version) -> None:
    address = f"/help/zh/a/{key_of(version)}"
    first = visitor().get(address)
    assert "储蓄卡 3 天内。" in text(first)
    assert "script-src 'self'" in first["Content-Security-Policy"]
    assert "unsafe" not in first["Content-Security-Policy"]
    assert first["Cache-Control"].startswith("public, max-age=60")
    assert not first.cookies
    assert visitor().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    signed_in = visitor("wang@example.com").get(address)
    assert signed_in["Cache-Control"] == "private, no-cache"


def test_what_is_for_others_is_not_there(people: tuple[Staff, Staff], knowledge_store: Store) -> None:
    keys = {
        audience: key_of(published(people, f"退款规则 {audience}", audience=audience))
        for audience in ("signed_in", "internal")
    }
    script = key_of(published(people, "退款话术", audience="internal", kind="script"))
    build_index(knowledge_store)
    stranger, customer = visitor(), visitor("wang@example.com")
    assert stranger.get(f"/help/zh/a/{keys['signed_in']}").status_code == 404
    assert customer.get(f"/help/zh/a/{keys['signed_in']}").status_code == 200
    for key in (keys["internal"], script):
        assert customer.get(f"/help/zh/a/{key}").status_code == 404
    assert "/help/zh/a/" not in text(stranger.get("/help/zh/search?q=退款规则"))
    assert keys["signed_in"] in text(customer.get("/help/zh/search?q=退款规则"))
    assert keys["internal"] not in text(customer.get("/help/zh/search?q=退款规则"))
    assert keys["signed_in"] not in text(stranger.get("/help/sitemap.xml"))


def test_search_finds_marks_and_is_noted_without_personal_data(
    version: Version, knowledge_store: Store
) -> None:
    build_index(knowledge_store)
    page = text(visitor().get("/help/zh/search?q=退钱几天到 13912345678"))
    assert f"/help/zh/a/{key_of(version)}?q=" in page
    assert "<mark>退款</mark>" in page
    [asked] = AskedQuestion.objects.all()
    assert "13912345678" not in asked.text
    assert asked.outcome == "shown"
    assert visitor().get("/help/zh/search?q=").status_code == 302
    assert "&lt;script&gt;" in text(visitor().get("/help/zh/search?q=<script>alert(1)</script>"))
    assert "没有找到" in text(visitor().get("/help/zh/search?q=zzqqxx"))
    assert AskedQuestion.objects.filter(outcome="nothing").count() >= 1


def test_suggestions_come_while_typing_and_too_many_are_refused(
    version: Version, knowledge_store: Store
) -> None:
    assert visitor().get("/help/zh/suggest?q=退").json() == {"suggestions": []}  # no index yet
    build_index(knowledge_store)
    told = visitor().get("/help/zh/suggest?q=tuik").json()["suggestions"]
    assert told == [{"title": "退款多久到账？", "address": f"/help/zh/a/{key_of(version)}"}]
    assert not AskedQuestion.objects.exists()
    Allowance.objects.update(used_until=timezone.now() + timedelta(hours=2))
    refused = visitor().get("/help/zh/suggest?q=tuik")
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)


def test_search_before_the_first_index_says_so(version: Version, knowledge_store: Store) -> None:
    assert "搜索正在准备中" in text(visitor().get("/help/zh/search?q=退款"))


def test_one_reader_has_one_voice_and_may_say_what_is_missing(version: Version) -> None:
    address = f"/help/zh/a/{key_of(version)}/feedback"
    client = visitor()
    assert client.post(address, {"helpful": "no"})["Location"].endswith("?helpful=no#feedback")
    assert client.post(address, {"helpful": "no", "comment": "信用卡呢"})["Location"].endswith(
        "thanks=1#feedback"
    )
    [said] = Feedback.objects.all()
    assert (said.helpful, said.comment) == (False, "信用卡呢")
    assert "127.0.0.1" not in said.voice
    client.post(address, {"helpful": "yes"})
    assert Entry.objects.get().helpful_count == 1
    other_site = client.post(address, {"helpful": "no"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert other_site.status_code == 403
    assert Entry.objects.get().unhelpful_count == 0


def test_a_question_takes_along_what_was_read(version: Version) -> None:
    make_channel("portal")
    page = text(visitor().get(f"/help/zh/ask?read={key_of(version)},nonsense&q=退款"))
    assert "退款多久到账？" in page
    form = {
        "form_id": "f1",
        "email": "li@example.com",
        "name": "Li",
        "text": "一周了还没有到账",
        "read": key_of(version),
        "q": "退款",
    }
    for _ in range(2):  # sent twice, there once
        assert visitor().post("/help/zh/ask", form).status_code == 200
    assert RawMessage.objects.count() == 1
    let_events_happen()
    [ticket] = Ticket.objects.all()
    [message] = Message.objects.filter(ticket=ticket)
    assert message.inbound is not None
    assert message.inbound.text == (
        f"一周了还没有到账\n\n【搜索过】 退款\n\n【提问前看过】\n· 退款多久到账？ (/help/zh/a/{key_of(version)})"
    )
    assert ticket.subject == "一周了还没有到账"
    assert AskedQuestion.objects.get().outcome == "asked_on"
    [asked] = StillAsked.objects.all()  # that what was read did not do, of one reader once
    assert (asked.version_id, "127.0.0.1" in asked.voice) == (version.pk, False)


def test_who_says_no_and_asks_on_is_one_voice(version: Version) -> None:
    make_channel("portal")
    visitor().post(f"/help/zh/a/{key_of(version)}/feedback", {"helpful": "no"})
    form = {"form_id": "f2", "email": "li@example.com", "text": "还是没有", "read": key_of(version)}
    assert visitor().post("/help/zh/ask", form).status_code == 200
    assert outcomes_of([version.pk]) == {version.pk: Outcome(helped=0, not_helped=1, still_asked=1, silent=0)}


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"text": "  "}, {"email": ""}])
def test_a_question_without_an_address_or_words_keeps_what_was_written(wrong: dict[str, str]) -> None:
    make_channel("portal")
    form = {"form_id": "f1", "email": "li@example.com", "text": "在哪里看", "subject": "发票"} | wrong
    answer = visitor().post("/help/zh/ask", form)
    assert answer.status_code == 422
    assert 'value="发票"' in text(answer)
    assert not RawMessage.objects.exists()


def test_without_a_portal_nothing_is_lost_either() -> None:
    answer = visitor().post("/help/zh/ask", {"form_id": "f1", "email": "li@example.com", "text": "在哪里看"})
    assert answer.status_code == 503
    assert "在哪里看" in text(answer)


def test_the_sitemap_has_public_pages_with_their_other_language(version: Version) -> None:
    told = text(visitor().get("/help/sitemap.xml"))
    assert f"<loc>http://testserver/help/zh/a/{key_of(version)}</loc>" in told
    assert "/help/en/a/" not in told


def test_pages_wear_the_colour_of_the_chat() -> None:
    assert "#112233" not in text(visitor().get("/help/style.css"))
    Channel.objects.create(kind="chat", key="web", name="Web", settings={"color": "#112233"})
    style = text(visitor().get("/help/style.css"))
    assert "--accent: #112233; --on-accent: #fff" in style


@pytest.mark.parametrize(
    "address",
    [
        "/help/zh?product=shop%00",
        "/help/zh/a/{key}?q=a%00b",
        "/help/zh/search?q=a&product=%00",
        "/help/files/no%00such",
    ],
)
def test_a_nul_in_an_address_is_no_fault(version: Version, knowledge_store: Store, address: str) -> None:
    build_index(knowledge_store)
    answer = visitor().get(address.format(key=key_of(version)))
    assert answer.status_code == (404 if "files" in address else 200)


def test_a_category_without_anything_for_a_visitor_is_not_there_by_its_name(
    people: tuple[Staff, Staff],
) -> None:
    secret = Category.objects.create(name_zh="内部黑名单", name_en="Blacklist")
    published(people, "谁在名单上？", audience="internal", category_id=secret.pk)
    for client in (visitor(), visitor("wang@example.com")):
        answer = client.get(f"/help/zh/c/{secret.pk}")
        assert answer.status_code == 404
        assert "内部黑名单" not in text(answer)
    published(people, "怎么申诉？", audience="signed_in", category_id=secret.pk)
    assert visitor().get(f"/help/zh/c/{secret.pk}").status_code == 404
    assert visitor("li@example.com").get(f"/help/zh/c/{secret.pk}").status_code == 200


def test_a_file_goes_when_what_it_belongs_to_does(people: tuple[Staff, Staff], version: Version) -> None:
    file = store_upload(content=b"%PDF-1.4 x", name="a.pdf", media_type="application/pdf")
    VersionFile.objects.create(version=version, file=file)
    assert visitor().get(f"/help/files/{file.key}").status_code == 200
    Version.objects.filter(pk=version.pk).update(valid_until=timezone.now() - timedelta(minutes=1))
    assert visitor().get(f"/help/zh/a/{key_of(version)}").status_code == 404
    assert visitor().get(f"/help/files/{file.key}").status_code == 404


def test_a_chat_takes_along_what_was_read(version: Version) -> None:
    chat = make_chat()
    address = f"/help/zh/chat?read={key_of(version)},nonsense&q=退款"
    assert f"/help/zh/chat?read={key_of(version)}" in text(
        visitor().get(f"/help/zh/ask?read={key_of(version)}")
    )
    gone = visitor().get(address)
    assert gone.status_code == 302
    assert gone["Location"].startswith(f"/chat/{chat.key}?lang=zh&read=")
    assert AskedQuestion.objects.get().outcome == "asked_on"
    browser = Browser(chat)
    browser.come()
    for number, page in enumerate(
        (gone["Location"], gone["Location"], f"/chat/{chat.key}", "/chat/other?q=x")
    ):
        body = {
            "client_id": f"client-read-{number}",
            "text": f"还没到账 {number}",
            "page_url": f"http://testserver{page}",
        }
        assert browser.post("/messages", body).status_code == 201
        let_events_happen()
    [ticket] = Ticket.objects.all()
    [note] = Message.objects.filter(ticket=ticket, kind="note")
    assert note.text == f"【搜索过】 退款\n\n【提问前看过】\n· 退款多久到账？ (/help/zh/a/{key_of(version)})"
    assert note.staff is None
    assert list(StillAsked.objects.values_list("version", "voice")) == [(version.pk, f"ticket:{ticket.pk}")]


def test_without_a_chat_the_way_to_one_leads_to_the_form() -> None:
    assert visitor().get("/help/zh/chat?q=x")["Location"] == "/help/zh/ask"
    assert not AskedQuestion.objects.exists()
