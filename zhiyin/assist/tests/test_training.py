"""Versions of the classifier: learned from tickets, measured, put in place, taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.assist.classifier import suggest_category
from zhiyin.assist.commands.training import (
    AlreadyTraining,
    activate_version,
    ask_for_training,
    is_held_back,
    run_training,
    use_shipped_pack,
)
from zhiyin.assist.models import ModelVersion, Training
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Category, Ticket

pytestmark = pytest.mark.django_db
ABOUT = {"水费": "水费账单怎么这么多", "停电": "家里停电了什么时候来电"}


@pytest.fixture
def tickets(support: Group) -> dict[str, Category]:
    categories = {name: Category.objects.create(name=name) for name in ABOUT}
    for number in range(60):
        for name, text in ABOUT.items():
            ticket = make_ticket(
                group=support, sender=f"c{number}@example.com", subject=name, text=f"{text}，{number} 号楼"
            )
            Ticket.objects.filter(pk=ticket.pk).update(category=categories[name])
    return categories


def trained(by: Staff) -> Training:
    now = timezone.now()
    return run_training(training_id=ask_for_training(by=by, now=now).pk, now=now)


def test_training_measures_and_puts_in_place(tickets: dict[str, Category], administrator: Staff) -> None:
    assert suggest_category("水费账单").model == "pack"
    ended = trained(administrator)
    assert (ended.state, ended.reason) == ("done", "")
    version = ModelVersion.objects.get(active=True)
    assert (version.number, version.categories, version.report["accuracy"]) == (1, 2, 1.0)
    assert 0 < version.report["texts"] < 60
    found = suggest_category("这个月水费账单不对")
    assert (found.category_id, found.model, found.version) == (tickets["水费"].pk, "own", "v1")
    let_events_happen()
    assert Event.objects.filter(type="assist.model_activated").count() == 1


def test_an_earlier_version_and_the_pack_can_be_brought_back(
    tickets: dict[str, Category], administrator: Staff
) -> None:
    trained(administrator)
    trained(administrator)
    first, second = ModelVersion.objects.order_by("number")
    assert (first.active, second.active) == (False, True)
    activate_version(version_id=first.pk, by=administrator, now=timezone.now())
    assert suggest_category("水费").version == "v1"
    use_shipped_pack(by=administrator, now=timezone.now())
    assert suggest_category("水费").model == "pack"
    with pytest.raises(ModelVersion.DoesNotExist):
        activate_version(version_id=0, by=administrator, now=timezone.now())


def test_what_is_worse_is_kept_but_not_put_in_place(
    tickets: dict[str, Category], administrator: Staff
) -> None:
    trained(administrator)
    one, other = tickets.values()
    for ticket in Ticket.objects.all():
        if not is_held_back(ticket.pk):  # all that is learned from is labelled wrongly from now on
            ticket.category = other if ticket.category_id == one.pk else one
            ticket.save(update_fields=["category"])
    ended = trained(administrator)
    assert (ended.state, ended.reason) == ("refused", "worse")
    assert list(ModelVersion.objects.order_by("number").values_list("active", flat=True)) == [True, False]


def test_too_few_tickets_teach_nothing(support: Group, administrator: Staff) -> None:
    make_ticket(group=support)
    ended = trained(administrator)
    assert (ended.state, ended.reason) == ("refused", "too_little")
    assert not ModelVersion.objects.exists()


def test_one_training_at_a_time(administrator: Staff) -> None:
    ask_for_training(by=administrator, now=timezone.now())
    with pytest.raises(AlreadyTraining):
        ask_for_training(by=None, now=timezone.now())
    assert Training.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_once_one_has_a_training(administrator: Staff) -> None:
    gate, refused = Barrier(8), list[AlreadyTraining]()

    def ask_now(_number: int) -> None:
        try:
            gate.wait(30)
            ask_for_training(by=administrator, now=timezone.now())
        except AlreadyTraining as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask_now, range(8)))
    assert (Training.objects.count(), len(refused)) == (1, 7)
