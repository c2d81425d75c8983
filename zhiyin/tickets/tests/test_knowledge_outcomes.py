"""What became of knowledge, version by version, and what that does to suggestions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.knowledge.commands.voicing import give_feedback, note_still_asked
from zhiyin.knowledge.models import StillAsked, Version
from zhiyin.knowledge.queries.outcomes import Outcome, outcomes_of, surely_below
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import publish, publish_again
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.sourcing import note_automatic_answer
from zhiyin.tickets.models import KnowledgeUse, Message
from zhiyin.tickets.queries.offering import offers_for

pytestmark = pytest.mark.django_db


def say(version: Version, *helpful: bool) -> None:
    for number, one in enumerate(helpful):
        give_feedback(version_id=version.pk, helpful=one, comment="", voice=f"v{number}", now=timezone.now())


@pytest.mark.parametrize(
    ("count", "total", "is_below"),
    [
        (0, 0, False), (0, 3, False), (0, 4, True), (1, 4, False), (1, 8, True), (5, 20, True), (6, 20, False),
        (10, 20, False), (20, 20, False), (400, 1000, True), (480, 1000, False),
    ],
)  # fmt: skip
def test_a_share_is_surely_below_a_half(count: int, total: int, is_below: bool) -> None:
    assert surely_below(0.5, count, total) is is_below


def test_voices_are_counted_once_for_each_version(author: Staff, reviewer: Staff) -> None:
    version = publish(by=author, reviewer=reviewer)
    say(version, True, False, False)
    now = timezone.now()
    for voice in ("v0", "v1", "other", "other"):
        note_still_asked(version_ids=[version.pk], voice=voice, now=now)
    assert outcomes_of([version.pk]) == {version.pk: Outcome(helped=1, not_helped=2, still_asked=3, silent=1)}
    assert outcomes_of([]) == {}
    assert StillAsked.objects.count() == 3


def test_what_left_readers_without_help_is_suggested_behind_what_fits_as_well(
    owner: Staff, author: Staff, reviewer: Staff
) -> None:
    ticket = give_to(make_ticket(group=owner.groups.get()), owner.pk)
    first = publish(by=author, reviewer=reviewer, title="退款多久到账？", place={"audience": "public"})
    other = publish(by=author, reviewer=reviewer, title="退款多久到账呢？", place={"audience": "public"})

    def offered() -> list[int]:
        found = offers_for(ticket, words="", kind="", mood="", by=owner, now=timezone.now())
        return [one.version_id for one in found if one.version_id in (first.pk, other.pk)]

    before = offered()
    assert sorted(before) == [first.pk, other.pk]
    leading = Version.objects.get(pk=before[0])
    say(leading, False, False, False)
    assert offered() == before  # three voices say too little
    note_still_asked(version_ids=[leading.pk], voice="v9", now=timezone.now())
    assert offered() == before[::-1]
    newer = publish_again(leading, html="<p>1 天内。</p>", by=author, reviewer=reviewer)
    assert outcomes_of([newer.pk]) == {}  # what replaces it begins anew
    say(Version.objects.get(pk=before[1]), False, False, False, False)
    found = offers_for(ticket, words="", kind="", mood="", by=owner, now=timezone.now())
    assert [one.version_id for one in found] == [newer.pk, before[1]]


def test_the_figures_name_versions_by_trouble(
    owner: Staff, author: Staff, reviewer: Staff, administrator: Staff
) -> None:
    ticket = give_to(make_ticket(group=owner.groups.get()), owner.pk)
    good = publish(by=author, reviewer=reviewer, title="营业时间", place={"audience": "public"})
    bad = publish(by=author, reviewer=reviewer, title="退款多久到账？", place={"audience": "public"})
    publish(by=author, reviewer=reviewer, title="没人用过", place={"audience": "public"})
    message = ticket.messages.get()
    note_automatic_answer(message_id=message.pk, version_ids=[good.pk], now=timezone.now())
    written = Message.objects.create(ticket=ticket, kind="note", at=timezone.now(), staff=owner)
    KnowledgeUse.objects.create(ticket=ticket, message=written, version=good, by=owner, at=timezone.now())
    say(good, True)
    say(bad, False, False, False, False, True)
    note_still_asked(version_ids=[bad.pk], voice="x", now=timezone.now())
    client = client_for(administrator)
    told = client.get("/api/v1/knowledge/insights/outcomes").json()
    names = ("title", "number", "used", "answered", "helped", "not_helped", "still_asked", "is_poor")
    assert [tuple(one[name] for name in names) for one in told] == [
        ("退款多久到账？", 1, 0, 0, 1, 4, 1, False),
        ("营业时间", 1, 1, 1, 1, 0, 0, False),
    ]
    publish_again(bad, html="<p>1 天内。</p>", by=author, reviewer=reviewer)
    told = client.get("/api/v1/knowledge/insights/outcomes").json()
    assert (told[0]["version_id"], told[0]["is_current"]) == (bad.pk, False)
    long_ago = timezone.now() - timedelta(days=40)
    StillAsked.objects.update(at=long_ago)
    assert client.get("/api/v1/knowledge/insights/outcomes?days=30").json()[0]["still_asked"] == 0
    assert client_for(owner).get("/api/v1/knowledge/insights/outcomes").status_code == 403


def test_the_figures_take_a_fixed_number_of_queries(
    author: Staff, reviewer: Staff, administrator: Staff
) -> None:
    client = client_for(administrator)
    say(publish(by=author, reviewer=reviewer, title="一"), True)
    client.get("/api/v1/knowledge/insights/outcomes")
    with CaptureQueriesContext(connection) as before:
        client.get("/api/v1/knowledge/insights/outcomes")
    for number in range(4):
        say(publish(by=author, reviewer=reviewer, title=f"第 {number} 条"), True)
    with CaptureQueriesContext(connection) as after:
        assert len(client.get("/api/v1/knowledge/insights/outcomes").json()) == 5
    assert len(before) == len(after)
