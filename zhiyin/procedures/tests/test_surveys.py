from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.people.models import Group, Staff
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.procedures.commands.policies import change_survey_policy
from zhiyin.procedures.models import Survey
from zhiyin.procedures.survey_links import survey_token
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, give_to, make_channel, make_ticket
from zhiyin.tickets.commands.forgetting import anonymise_tickets
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.commands.rating import rate_ticket
from zhiyin.tickets.models import Rating, Ticket

pytestmark = pytest.mark.django_db


def policy(by: Staff, variant: str = "stars", **more: Any) -> None:
    values = {
        "variant": variant,
        "after_minutes": 60,
        "open_days": 14,
        "late_days": 3,
        "text_zh": "",
        "text_en": "",
    }
    change_survey_policy(values=values | more, by=by, now=timezone.now())


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    made = give_to(make_ticket(group=support), owner.pk)
    let_events_happen()
    return made


def solve(ticket: Ticket, by: Staff, status: str = "solved") -> None:
    change_status(ticket_id=ticket.pk, status=status, by=by, now=timezone.now())
    let_events_happen()


def later(**after: float) -> None:
    now = timezone.now() + timedelta(**after)
    fire_due_timers(now=now)
    let_events_happen(now=now)


def asked() -> list[Delivery]:
    return list(Delivery.objects.filter(text__contains="/survey/").order_by("pk"))


def page(survey: Survey) -> str:
    return f"/survey/{survey_token(survey.pk)}"


def test_the_requester_is_asked_once_by_the_way_they_came(
    ticket: Ticket, owner: Staff, administrator: Staff
) -> None:
    policy(administrator)
    solve(ticket, owner)
    assert asked() == []
    later(minutes=61)
    [sent] = asked()
    assert (sent.recipient, sent.channel, sent.automatic) == ("wang@example.com", ticket.channel, True)
    assert page(Survey.objects.get()) in sent.text
    solve(ticket, owner, "open")
    solve(ticket, owner)
    later(minutes=130)
    assert len(asked()) == 1
    ticket.refresh_from_db()
    assert ticket.status == "solved", "asking opens nothing"


def test_somebody_in_copy_is_not_asked(ticket: Ticket, owner: Staff, administrator: Staff) -> None:
    policy(administrator)
    arrive(sender="boss@example.com", thread_keys=list(ticket.messages.get().inbound.own_keys))  # type: ignore[union-attr]
    let_events_happen()
    solve(ticket, owner)
    later(minutes=61)
    assert [one.recipient for one in asked()] == ["wang@example.com"]


def test_a_ticket_that_is_open_again_is_not_asked_about(
    ticket: Ticket, owner: Staff, administrator: Staff
) -> None:
    policy(administrator)
    solve(ticket, owner)
    solve(ticket, owner, "open")
    later(minutes=61)
    assert asked() == []


@pytest.mark.parametrize("variant", ["off", "stars"])
def test_nobody_is_asked_where_it_is_off_or_they_have_said_it(
    ticket: Ticket, owner: Staff, administrator: Staff, variant: str
) -> None:
    policy(administrator, variant)
    solve(ticket, owner)
    rate_ticket(ticket_id=ticket.pk, score=4, source="portal", now=timezone.now())
    later(minutes=61)
    assert asked() == []


def test_the_widget_asks_for_stars_itself(support: Group, owner: Staff, administrator: Staff) -> None:
    policy(administrator)
    ticket = give_to(
        make_ticket(group=support, channel=make_channel("chat"), sender_kind="visitor"), owner.pk
    )
    solve(ticket, owner)
    later(minutes=61)
    assert asked() == []


def answer(survey: Survey, **said: Any) -> Any:
    return Client().post(page(survey), {"score": "5"} | said)


@pytest.fixture
def survey(ticket: Ticket, owner: Staff, administrator: Staff) -> Survey:
    policy(administrator)
    solve(ticket, owner)
    later(minutes=61)
    return Survey.objects.get()


def test_stars_become_the_tickets_rating_once(survey: Survey, ticket: Ticket, owner: Staff) -> None:
    shown = Client(headers={"accept-language": "en"}).get(page(survey))
    assert (shown.status_code, "How was our service?" in shown.content.decode()) == (200, True)
    assert answer(survey, reasons=["quick", "solved"], words="很\0好").status_code == 302
    rating = Rating.objects.get()
    assert (rating.ticket, rating.score, rating.reasons, rating.words, rating.source, rating.assignee) == (
        ticket,
        5,
        ["quick", "solved"],
        "很好",
        "email",
        owner,
    )
    answer(survey, score="1")
    assert Rating.objects.get().score == 5
    assert "谢谢" in Client().get(page(survey)).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"score": "6"}, {"score": ""}, {"score": "9" * 5000}, {"score": "3", "reasons": ["bribed"]}]
)
def test_what_is_no_answer_is_refused(survey: Survey, wrong: dict[str, Any]) -> None:
    assert answer(survey, **wrong).status_code == 422
    survey.refresh_from_db()
    assert (survey.answered_at, Rating.objects.count()) == (None, 0)


def test_late_answers_count_as_late_and_very_late_ones_are_not_taken(survey: Survey) -> None:
    long_ago = timezone.now() - timedelta(days=4)
    Survey.objects.update(asked_at=long_ago, late_after=long_ago + timedelta(days=3))
    answer(survey)
    survey.refresh_from_db()
    assert survey.was_late
    Survey.objects.update(answered_at=None, open_until=timezone.now() - timedelta(seconds=1))
    Rating.objects.all().delete()
    over = answer(survey)
    assert (over.status_code, Client().get(page(survey)).status_code, Rating.objects.count()) == (410, 410, 0)


def test_of_a_ticket_that_is_nobodys_by_now_nothing_is_kept_any_more(survey: Survey, ticket: Ticket) -> None:
    anonymise_tickets(ticket_ids=[ticket.pk], before=timezone.now() + timedelta(days=1), now=timezone.now())
    told = answer(survey, words="我是王芳")
    assert (told.status_code, Client().get(page(survey)).status_code, Rating.objects.count()) == (410, 410, 0)


def test_an_answer_waits_for_who_is_at_the_ticket(survey: Survey, ticket: Ticket) -> None:
    with CaptureQueriesContext(connection) as asked_for:
        answer(survey)
    locked = [one["sql"] for one in asked_for if "FOR UPDATE" in one["sql"]]
    assert ["tickets_ticket" in locked[0], "procedures_survey" in locked[1]] == [True, True]


def test_a_link_that_is_not_ours_shows_nothing(survey: Survey) -> None:
    for token in (f"{survey.pk}", f"{survey.pk}.abc", "x"):
        assert Client().get(f"/survey/{token}").status_code == 404


def test_promoters_less_detractors(support: Group, owner: Staff, administrator: Staff) -> None:
    policy(administrator, "nps")
    for number, score in enumerate([10, 9, 8, 3]):
        ticket = give_to(make_ticket(group=support, sender=f"c{number}@example.com"), owner.pk)
        let_events_happen()
        solve(ticket, owner)
        later(minutes=61)
        answer(Survey.objects.get(ticket=ticket), score=str(score), reasons=["quick"])
    assert list(Survey.objects.order_by("pk").values_list("nps", flat=True)) == [10, 9, 8, 3]
    assert not Rating.objects.exists()
    now = timezone.now()
    asked_for = {
        "since": (now - timedelta(days=1)).isoformat(),
        "until": (now + timedelta(days=1)).isoformat(),
    }
    told = client_for(administrator).get("/api/v1/survey-results", asked_for).json()
    assert (told["sent"], told["answered"], told["nps"], told["nps_answers"]) == (4, 4, 25, 4)
    answers = client_for(owner).get("/api/v1/survey-answers").json()["items"]
    assert [one["nps"] for one in answers] == [3, 8, 9, 10]
    assert client_for(owner).get(f"/api/v1/tickets/{ticket.pk}/survey").json()["survey"]["nps"] == 3


def test_the_policy_is_changed_by_who_may_and_must_fit(administrator: Staff, owner: Staff) -> None:
    body = {"variant": "nps", "open_days": 2, "late_days": 3}
    assert client_for(owner).put("/api/v1/survey-policy", body).status_code == 403
    client = client_for(administrator)
    assert client.put("/api/v1/survey-policy", body).json()["params"]["fields"] == {
        "late_days": "longer than it is open"
    }
    assert client.put("/api/v1/survey-policy", body | {"late_days": 1}).json()["variant"] == "nps"
