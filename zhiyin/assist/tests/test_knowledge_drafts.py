"""Questions without an answer, and drafts of entries from what solved cases were answered."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.models import Endpoint, Use
from zhiyin.assist.tests.replay import replaying
from zhiyin.knowledge.models import Entry, Version
from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db
ASKED = {"question": "宠物能不能托运", "variants": ["狗可以托运吗", "宠物能不能托运"], "language": "zh-CN"}
YES = "可以托运，请提前两天在订单里预约宠物箱，费用按重量计算。"


@pytest.fixture(autouse=True)
def _rules(db: None) -> None:
    assert not Use.objects.exists()


def solved(support: Group, owner: Staff, answer: str, *, number: int, score: int | None = None) -> Ticket:
    ticket = give_to(
        make_ticket(
            group=support, subject="宠物托运", text="请问宠物能托运吗？", sender=f"p{number}@example.com"
        ),
        owner.pk,
    )
    now = timezone.now()
    reply = ReplyText(text=answer)
    write_reply(ticket_id=ticket.pk, reply=reply, idempotency_key=f"pet-{number}", by=owner, now=now)
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=now)
    if score is not None:
        Rating.objects.create(ticket=ticket, score=score, source="chat", at=now)
    return ticket


def propose(staff: Staff, **more: Any) -> Any:
    return client_for(staff).post("/api/v1/assist/knowledge-drafts", ASKED | more)


def test_the_most_typical_answer_becomes_a_draft_without_personal_data(
    support: Group, owner: Staff, author: Staff
) -> None:
    solved(support, owner, "您好王女士，宠物的事请您打 13800138000 问一下。", number=1)
    typical = solved(support, owner, f"{YES}有问题联系 13900139000。", number=2)
    again = solved(support, owner, f"{YES}有问题联系 13700137000。", number=3)
    made = propose(author)
    assert made.status_code == 201, made.content
    told = made.json()
    version = Version.objects.get(pk=told["version_id"])
    assert (version.state, version.title, version.author) == ("draft", "宠物能不能托运", author)
    assert version.text.startswith(YES)
    assert "13900139000" not in version.text
    assert "13700137000" not in version.text
    assert version.questions == ["狗可以托运吗"]
    assert f"#{again.pk}" in version.change_note
    entry = Entry.objects.get(pk=told["entry_id"])
    assert (entry.kind, entry.audience, version.edition.published) == ("faq", "internal", None)
    told_by = [one["ticket_id"] for one in told["use"]["evidence"]]
    assert told_by[0] in (typical.pk, again.pk), "the one in other words is not typical"
    assert len(told_by) == 2, "the same wording counts once"
    assert Use.objects.get().outcome == "used"


def test_of_answers_alike_the_better_rated_is_taken(support: Group, owner: Staff, author: Staff) -> None:
    solved(support, owner, f"{YES}谢谢。", number=1, score=1)
    good = solved(support, owner, f"{YES}祝旅途愉快。", number=2, score=5)
    assert propose(author).json()["use"]["evidence"][0]["ticket_id"] == good.pk


def test_nothing_alike_is_said_and_begins_nothing(
    support: Group, owner: Staff, author: Staff, stranger: Staff
) -> None:
    refused = propose(author)
    assert (refused.status_code, refused.json()["code"]) == (409, "assist.nobody_answered_that")
    solved(support, owner, "好的", number=1)
    assert propose(author).status_code == 409
    assert not Entry.objects.exists()
    assert not Use.objects.exists()
    assert propose(stranger).status_code == 403
    assert propose(author, question="").status_code == 422


def test_a_connected_model_words_it(support: Group, owner: Staff, author: Staff) -> None:
    case = solved(support, owner, f"{YES}电话 13900139000。", number=1)
    with replaying() as replay:
        Endpoint.objects.create(active=True, url=replay.url, model="replayed", tasks=["entry"])
        replay.answers = ["宠物可以托运，请提前两天预约。"]
        told = propose(author).json()
    assert Version.objects.get(pk=told["version_id"]).text == "宠物可以托运，请提前两天预约。"
    assert (told["use"]["provider"], told["use"]["version"]) == ("endpoint", "entry-1")
    assert [one["ticket_id"] for one in told["use"]["evidence"]] == [case.pk]
    assert "13900139000" not in str(replay.asked)
