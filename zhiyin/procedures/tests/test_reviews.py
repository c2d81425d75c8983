"""Every fifth finished case is drawn for quality review."""

from __future__ import annotations

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.procedures.models import Review, ReviewPolicy
from zhiyin.procedures.tests.play import Desk
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket

pytestmark = pytest.mark.django_db


def finish(by: Staff, group: Group, count: int) -> list[Desk]:
    desks = [Desk(by, make_ticket(group=group, sender=f"c{number}@example.com")) for number in range(count)]
    for desk in desks:
        desk.start("complex_complaint")
        desk.go("no_complaint", note="x")
    let_events_happen()
    return desks


def test_the_fifth_and_the_tenth_are_drawn_and_only_they(owner: Staff, support: Group) -> None:
    desks = finish(owner, support, 11)
    drawn = Review.objects.order_by("number").values_list("number", "case__ticket_id")
    assert list(drawn) == [(5, desks[4].ticket.pk), (10, desks[9].ticket.pk)]
    events = Event.objects.filter(type="procedures.drawn_for_review").order_by("position")
    assert [event.payload["number"] for event in events] == [5, 10]


def test_what_was_broken_off_and_what_ran_inside_another_does_not_count(owner: Staff, support: Group) -> None:
    desk = Desk(owner, make_ticket(group=support))
    desk.start("complex_complaint")
    desk.client.delete(f"/api/v1/cases/{desk.case()['id']}")
    let_events_happen()
    assert not ReviewPolicy.objects.filter(finished__gt=0).exists()
    finish(owner, support, 1)
    assert ReviewPolicy.objects.get().finished == 1


def test_a_colleague_rates_once_and_nobody_their_own_work(
    support: Group, colleague: Staff, administrator: Staff
) -> None:
    owner = make_staff(email="owner@example.com", name="Owner", roles=["lead"], groups=[support])
    other = make_staff(email="other@example.com", name="Other", roles=["lead"], groups=["Billing"])
    reviewer = make_staff(email="reviewer@example.com", name="Reviewer", roles=["quality_reviewer"])
    finish(owner, support, 5)
    review = Review.objects.get()
    listed = client_for(owner).get("/api/v1/reviews").json()["items"]
    assert [(one["id"], one["number"], one["result"]["en"]) for one in listed] == [
        (review.pk, 5, "No complaint")
    ]
    path = f"/api/v1/reviews/{review.pk}/rating"
    assert client_for(owner).put(path, {"rating": 5}).json()["code"] == "procedures.review_of_own_work"
    assert client_for(colleague).put(path, {"rating": 5}).status_code == 403
    assert client_for(other).put(path, {"rating": 5}).status_code == 404
    assert client_for(reviewer).put(path, {"rating": 6}).status_code == 422
    assert Review.objects.get().rating is None
    rated = client_for(reviewer).put(path, {"rating": 4, "words": " 记录清楚 "})
    assert (rated.status_code, rated.json()["rating"], rated.json()["words"]) == (200, 4, "记录清楚")
    again = client_for(administrator).put(path, {"rating": 1})
    assert (again.status_code, again.json()["code"]) == (409, "procedures.reviewed_already")
    assert client_for(owner).get("/api/v1/reviews").json()["items"] == []
    assert [one["rating"] for one in client_for(owner).get("/api/v1/reviews?done=true").json()["items"]] == [
        4
    ]
    assert client_for(administrator).get("/api/v1/review-policy").json() == {
        "every": 5,
        "finished": 5,
        "average": 4.0,
    }


def test_how_often_is_the_companys_choice(owner: Staff, support: Group, administrator: Staff) -> None:
    client = client_for(administrator)
    assert client.put("/api/v1/review-policy", {"every": 2}).json() == {"every": 2, "finished": 0}
    finish(owner, support, 3)
    client.put("/api/v1/review-policy", {"every": 0})
    finish(owner, support, 3)
    assert list(Review.objects.values_list("number", flat=True)) == [2]
    assert client_for(owner).put("/api/v1/review-policy", {"every": 1}).status_code == 403
