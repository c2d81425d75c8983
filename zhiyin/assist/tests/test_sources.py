"""Suggested answers and drafts: the knowledge base first, cited by version, then solved tickets; scripts by mood."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.assist.asking import FailedNow, ask
from zhiyin.assist.commands.configuring import change_endpoint
from zhiyin.assist.models import Use
from zhiyin.assist.provider import Asked, Task
from zhiyin.assist.queries.conversation import conversation_of
from zhiyin.assist.tests.replay import replaying
from zhiyin.knowledge.models import Product
from zhiyin.knowledge.search.store import Store
from zhiyin.knowledge.search.vectors import encoder_now
from zhiyin.people.models import Group, Staff
from zhiyin.testing.knowledge import build_index, publish, publish_again
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.models import Category, KnowledgeUse, Ticket

pytestmark = pytest.mark.django_db
PUBLIC = {"audience": "public"}
ANGRY = "退款多久到账？都三天了没人管，你们是骗子吗！！"
ENDED = datetime(2026, 4, 1, tzinfo=UTC)


def a_case(support: Group, owner: Staff, text: str = "退款多久到账？") -> Ticket:
    ticket = give_to(make_ticket(group=support, subject="退款", text=text), owner.pk)
    let_events_happen()
    ticket.refresh_from_db()
    return ticket


def found(ticket: Ticket, by: Staff, task: Task = "answers") -> Use:
    said = conversation_of(ticket)
    return ask(Asked(task=task, by=by, now=timezone.now(), ticket=ticket, said=said, into="zh"))


def titles(use: Use) -> list[str]:
    return [one["title"] for one in use.finding["evidence"] if one["version_id"]]


def offered(ticket: Ticket, by: Staff, query: str = "") -> list[str]:
    return [
        one["title"] for one in client_for(by).get(f"/api/v1/tickets/{ticket.pk}/knowledge{query}").json()
    ]


def test_the_knowledge_base_answers_first_and_is_cited_by_version(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    solved = a_case(support, owner, "退款一直没有到账")
    text = "退款已经原路退回，请您查收银行短信。"
    write_reply(
        ticket_id=solved.pk, reply=ReplyText(text=text), idempotency_key="a-1", by=owner, now=timezone.now()
    )
    client_for(owner).patch(f"/api/v1/tickets/{solved.pk}", {"status": "solved"})
    old = publish(by=author, reviewer=reviewer, place=PUBLIC)
    new = publish_again(old, html="<p>{{customer.name}}您好，5 天内。</p>", by=author, reviewer=reviewer)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner, "退款一直没有到账，多久能到")
    first, *rest = found(ticket, owner).finding["evidence"]
    cited = {name: first[name] for name in ("entry_id", "edition_id", "version_id", "number", "source")}
    assert cited == {
        "entry_id": new.edition.entry_id,
        "edition_id": new.edition_id,
        "version_id": new.pk,
        "number": 2,
        "source": f"/knowledge/{new.edition.entry_id}",
    }
    assert first["text"] == f"{ticket.customer.name}您好，5 天内。"
    assert [(one["ticket_id"], one["text"]) for one in rest] == [(solved.pk, text)]


def test_what_is_not_for_this_customer_or_not_valid_is_never_suggested(
    support: Group, owner: Staff, stranger: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    theirs = list(stranger.groups.values_list("pk", flat=True))
    publish(by=author, reviewer=reviewer, title="退款到账的内部流程")
    publish(
        by=author,
        reviewer=reviewer,
        title="退款到账（账单组）",
        place={"audience": "group", "group_ids": theirs},
    )
    publish(by=author, reviewer=reviewer, title="退款到账的活动", place=PUBLIC, valid_until=ENDED)
    retired = publish(by=author, reviewer=reviewer, title="退款到账的新规则", place=PUBLIC)
    build_index(
        knowledge_store, encoder=encoder_now()
    )  # the index still has the version that is replaced next
    publish_again(retired, html="<p>现行的规则。</p>", by=author, reviewer=reviewer)
    suggested = found(a_case(support, owner), owner)
    assert titles(suggested) == ["退款到账的新规则"]
    assert suggested.finding["evidence"][0]["text"] == "现行的规则。"


def test_who_may_not_read_the_knowledge_base_is_suggested_nothing_of_it(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    publish(by=author, reviewer=reviewer, place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner)
    owner.roles.clear()
    without = Staff.objects.get(pk=owner.pk)
    assert titles(found(ticket, without)) == []
    with pytest.raises(FailedNow):
        found(ticket, without, "draft")


def test_nothing_alike_is_no_suggestion_though_the_picker_offers_what_is_used_most(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    publish(by=author, reviewer=reviewer, title="Opening hours", html="<p>Nine to five.</p>", place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner)
    assert offered(ticket, owner) == ["Opening hours"]
    assert found(ticket, owner).finding["evidence"] == []


def test_the_customers_language_and_what_holds_everywhere_come_first_and_an_entry_once(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    publish(by=author, reviewer=reviewer, title="退款 refund 多久到账", language="en", place=PUBLIC)
    publish(by=author, reviewer=reviewer, title="退款多久到账？", region="港澳", place=PUBLIC)
    publish(by=author, reviewer=reviewer, title="退款到账说明", place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner)
    ticket.customer.language = "zh-CN"
    ticket.customer.save()
    assert titles(found(ticket, owner)) == ["退款到账说明", "退款多久到账？", "退款 refund 多久到账"]


def test_another_product_than_the_one_named_is_left_out_until_somebody_looks_for_it(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    watch = Product.objects.create(key="watch", name_zh="手表", name_en="Watch")
    phone = Product.objects.create(key="phone", name_zh="手机", name_en="Phone")
    for product in (watch, phone):
        place = PUBLIC | {"product_ids": [product.pk]}
        publish(by=author, reviewer=reviewer, title=f"{product.name_zh}退款多久到账", place=place)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner, "我的手表退款多久到账？")
    assert titles(found(ticket, owner)) == ["手表退款多久到账"]
    assert set(offered(ticket, owner, "?q=退款多久")) == {"手表退款多久到账", "手机退款多久到账"}


def _scripts(author: Staff, reviewer: Staff) -> None:
    for mood, situation, title in (
        ("angry", "物流", "生气：物流"),
        ("angry", "退款", "生气：退款"),
        ("anxious", "退款", "着急：退款"),
    ):
        publish(
            by=author,
            reviewer=reviewer,
            kind="script",
            title=title,
            html="<p>{{customer.name}}您好，非常抱歉。</p>",
            place={"mood": mood, "situation": situation},
        )


def test_an_angry_customer_gets_the_scripts_of_that_mood_first_those_of_the_situation_before(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    _scripts(author, reviewer)
    abroad = {"mood": "angry", "situation": "退款"}
    publish(by=author, reviewer=reviewer, kind="script", title="Angry", language="en", place=abroad)
    publish(by=author, reviewer=reviewer, place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner, ANGRY)
    assert ticket.mood == "angry"
    assert offered(ticket, owner)[:3] == ["生气：退款", "生气：物流", "退款多久到账？"]
    assert offered(ticket, owner, "?kind=script&mood=anxious") == ["着急：退款"]
    assert offered(ticket, owner, "?kind=faq") == ["退款多久到账？"]
    assert titles(found(ticket, owner)) == ["生气：退款", "退款多久到账？"]
    draft = found(ticket, owner, "draft")
    assert draft.text == f"{ticket.customer.name}您好，非常抱歉。\n\n3 天内。"
    assert titles(draft) == ["生气：退款", "退款多久到账？"]


def test_a_category_tells_the_situation_too_and_who_is_calm_gets_no_script_ahead_of_answers(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    _scripts(author, reviewer)
    publish(by=author, reviewer=reviewer, place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    calm = a_case(support, owner)
    assert calm.mood == "neutral"
    assert offered(calm, owner)[0] == "退款多久到账？"
    angry = give_to(make_ticket(group=support, subject="!!", text="你们是骗子吗！！垃圾公司"), owner.pk)
    Ticket.objects.filter(pk=angry.pk).update(mood="angry", category=Category.objects.create(name="物流"))
    assert offered(angry, owner)[:2] == ["生气：物流", "生气：退款"]


def _taken(ticket: Ticket, owner: Staff, sent: str, key: str) -> tuple[str, str]:
    """Insert the first suggestion as the panel does, send these words; the use's outcome, and how it was used."""
    client = client_for(owner)
    use = client.post(f"/api/v1/tickets/{ticket.pk}/assist/uses", {"task": "answers"}).json()
    version = use["evidence"][0]["version_id"]
    taken = client.post(f"/api/v1/tickets/{ticket.pk}/knowledge-uses", {"version_id": version})
    assert taken.status_code == 201
    client.put(f"/api/v1/assist/uses/{use['id']}/outcome", {"outcome": "used"})
    body = {"text": sent, "idempotency_key": key}
    assert client.post(f"/api/v1/tickets/{ticket.pk}/replies", body).status_code == 201
    let_events_happen()
    kept = KnowledgeUse.objects.order_by("-pk")[0]
    assert (kept.version_id, kept.message is not None) == (version, True)
    return Use.objects.get(pk=use["id"]).outcome, kept.how


def test_what_was_inserted_is_kept_with_the_message_and_rated_by_how_it_left(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    publish(by=author, reviewer=reviewer, place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner)
    assert _taken(ticket, owner, "您好，3 天内。", "sent-0001") == ("used", "inserted")
    assert _taken(ticket, owner, "大约三天", "sent-0002") == ("edited", "adapted")
    outcomes = Use.objects.filter(task="answers").order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["used", "edited"]


def test_a_connected_model_drafts_from_the_knowledge_base_and_cites_it(
    support: Group,
    owner: Staff,
    administrator: Staff,
    author: Staff,
    reviewer: Staff,
    knowledge_store: Store,
) -> None:
    version = publish(by=author, reviewer=reviewer, place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner)
    with replaying() as server:
        values: dict[str, Any] = {"active": True, "url": server.url, "model": "m", "tasks": ["draft"]}
        change_endpoint(values=values, by=administrator, now=timezone.now())
        server.answers = ["退款 3 天内到账。[1]"]
        use = found(ticket, owner, "draft")
        assert "[1] 退款多久到账？\\n3 天内。" in str(server.asked[0])
    assert (use.provider, use.version) == ("endpoint", "draft-2")
    assert [one["version_id"] for one in use.finding["evidence"]] == [version.pk]


def test_suggesting_takes_a_fixed_number_of_queries_and_little_time(
    support: Group, owner: Staff, author: Staff, reviewer: Staff, knowledge_store: Store
) -> None:
    _scripts(author, reviewer)
    for number in range(3):
        publish(by=author, reviewer=reviewer, title=f"退款到账 {number}", place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    ticket = a_case(support, owner, ANGRY)
    owner = Staff.objects.get(pk=owner.pk)
    found(ticket, owner)
    with CaptureQueriesContext(connection) as few:
        found(Ticket.objects.get(pk=ticket.pk), owner)
    for number in range(20):
        publish(by=author, reviewer=reviewer, title=f"退款到账 {number} 更多", place=PUBLIC)
    build_index(knowledge_store, encoder=encoder_now())
    with CaptureQueriesContext(connection) as many:
        began = time.process_time()
        use = found(Ticket.objects.get(pk=ticket.pk), owner)
        took = timedelta(seconds=time.process_time() - began)
    assert len(few) == len(many)
    assert len(use.finding["evidence"]) == 4  # a script and three answers
    assert took < timedelta(milliseconds=200)
