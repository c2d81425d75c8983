"""Corrections of moods are learned from, measured on what was held back, and put in place only where that is better."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.assist.commands.learning_moods import (
    LEAST,
    activate_mood_version,
    learn_moods,
    use_lexicon_alone,
)
from zhiyin.assist.commands.reading import correct_mood
from zhiyin.assist.jobs import learn_moods_nightly
from zhiyin.assist.local.mood import mood_of
from zhiyin.assist.models import MoodVersion, Preferences, Reading
from zhiyin.assist.moods.learning import FOLDS, Example, MoodReport, fold_of, learn
from zhiyin.assist.moods.reading import moods_of
from zhiyin.assist.queries.mood_examples import mood_examples
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
COLD = "随便，{n} 号单子你们看着办吧"  # what the lexicon takes for neutral
PLAIN = "请问 {n} 号门店几点开门"


def example(number: int, text: str, mood: str, *, was_corrected: bool) -> Example:
    return Example(number, text.format(n=number), mood, was_corrected)


def corrected_ticket(
    number: int, group: Group, by: Staff, *, text: str = COLD, mood: str = "angry"
) -> Ticket:
    ticket = give_to(
        make_ticket(group=group, sender=f"c{number}@example.com", text=text.format(n=number)), by.pk
    )
    let_events_happen()
    correct_mood(ticket_id=ticket.pk, mood=mood, by=by, now=timezone.now())
    return ticket


def accepted_ticket(number: int, group: Group, by: Staff) -> Ticket:
    ticket = give_to(
        make_ticket(group=group, sender=f"a{number}@example.com", text=PLAIN.format(n=number)), by.pk
    )
    let_events_happen()
    write_reply(
        ticket_id=ticket.pk,
        reply=ReplyText(text="九点"),
        idempotency_key=f"mood-reply-{number}",
        by=by,
        now=timezone.now(),
    )
    return ticket


def test_the_lexicon_does_not_know_what_is_learned_here() -> None:
    assert {mood_of(text.format(n=7)).mood for text in (COLD, PLAIN)} == {"neutral"}


def test_what_is_gained_and_lost_is_measured_on_texts_held_back() -> None:
    examples = [example(n, COLD, "angry", was_corrected=True) for n in range(40)]
    examples += [example(n, PLAIN, "neutral", was_corrected=False) for n in range(100, 200)]
    learned = learn(examples)
    report = learned.report
    assert (report.texts, report.corrected, report.lexicon_accuracy) == (140, 40, round(100 / 140, 4))
    assert (report.gained, report.lost, report.corrected_right) == (40, 0, 1.0)
    assert (report.accuracy, report.is_better) == (1.0, True)
    assert learned.model.guess(["随便，你们看着办"])[0].category == "angry"
    assert {fold_of(n) for n in range(200)} == set(range(FOLDS))


def test_corrections_without_a_pattern_are_no_better() -> None:
    moods = ["angry", "pleased", "anxious", "neutral"]
    examples = [example(n, PLAIN, moods[n % 4], was_corrected=True) for n in range(40)]
    examples += [example(n, PLAIN, "neutral", was_corrected=False) for n in range(100, 400)]
    report = learn(examples).report
    assert report.is_better is False
    assert report.gained <= report.texts


@pytest.mark.parametrize(
    ("gained", "lost", "is_better"), [(0, 0, False), (3, 0, False), (4, 0, True), (10, 4, False), (20, 5, True)]
)  # fmt: skip
def test_better_means_by_more_than_chance(gained: int, lost: int, *, is_better: bool) -> None:
    report = MoodReport(100, 20, 0.8, 0.9, 0.5, gained, lost, [])
    assert report.is_better is is_better


def test_examples_are_what_was_said_when_it_was_corrected_and_what_was_let_stand(
    support: Group, owner: Staff
) -> None:
    ticket = corrected_ticket(1, support, owner)
    correct_mood(ticket_id=ticket.pk, mood="anxious", by=owner, now=timezone.now())  # thought better of it
    accepted_ticket(2, support, owner)
    give_to(make_ticket(group=support, sender="un@example.com", text=PLAIN), owner.pk)  # nobody answered
    let_events_happen()
    told = [(one.text, one.mood, one.was_corrected) for one in mood_examples()]
    assert told == [(COLD.format(n=1), "anxious", True), (PLAIN.format(n=2), "neutral", False)]
    Ticket.objects.update(anonymised_at=timezone.now())
    assert mood_examples() == []


def test_what_was_learned_is_put_in_place_and_reads_what_comes(
    support: Group, owner: Staff, administrator: Staff
) -> None:
    for number in range(LEAST):
        corrected_ticket(number, support, owner)
    for number in range(100, 112):
        accepted_ticket(number, support, owner)
    now = timezone.now()
    version = learn_moods(now=now)
    assert version is not None
    assert (version.number, version.active, version.corrections, version.accepted) == (1, True, LEAST, 12)
    assert version.report["gained"] >= 4
    assert learn_moods(now=now) is None  # nothing new
    ticket = make_ticket(group=support, sender="new@example.com", text="随便，你们看着办吧")
    let_events_happen()
    reading = Reading.objects.get(ticket=ticket)
    assert (reading.mood, reading.mood_version, reading.mood_score < 0) == ("angry", "v1", True)
    assert reading.mood_words
    assert Ticket.objects.get(pk=ticket.pk).mood == "angry"
    told = client_for(administrator).get(f"/api/v1/tickets/{ticket.pk}/assist").json()["reading"]
    assert (told["mood"], told["mood_version"]) == ("angry", "v1")
    assert Event.objects.filter(type="assist.mood_version_activated").count() == 1
    use_lexicon_alone(by=administrator, now=now)
    assert moods_of(["随便，你们看着办吧"])[0].mood.mood == "neutral"
    activate_mood_version(version_id=version.pk, by=administrator, now=now)
    [read] = moods_of(["随便，你们看着办吧"])
    assert (read.mood.mood, read.version) == ("angry", "v1")
    assert moods_of([]) == []


def test_too_few_corrections_teach_nothing(support: Group, owner: Staff) -> None:
    corrected_ticket(1, support, owner)
    assert learn_moods(now=timezone.now()) is None
    assert not MoodVersion.objects.exists()


def test_nothing_is_learned_where_that_is_switched_off(support: Group, owner: Staff) -> None:
    Preferences.objects.create(trains_nightly=False)
    for number in range(LEAST):
        corrected_ticket(number, support, owner, mood="angry" if number % 2 else "anxious")
    learn_moods_nightly(0)
    assert not MoodVersion.objects.exists()
    Preferences.objects.update(trains_nightly=True)
    learn_moods_nightly(0)
    assert MoodVersion.objects.count() == 1


def test_how_it_stands_over_http(support: Group, owner: Staff, administrator: Staff) -> None:
    client = client_for(administrator)
    assert client.get("/api/v1/assist/moods").json() == {"corrections": 0, "least": LEAST, "versions": []}
    for number in range(LEAST):
        corrected_ticket(number, support, owner)
    for number in range(100, 106):
        accepted_ticket(number, support, owner)
    learn_moods(now=timezone.now())
    told = client.get("/api/v1/assist/moods").json()
    assert (told["corrections"], told["versions"][0]["active"]) == (LEAST, True)
    number = told["versions"][0]["id"]
    assert client.delete("/api/v1/assist/moods/active").status_code == 204
    assert not MoodVersion.objects.filter(active=True).exists()
    assert client.post(f"/api/v1/assist/moods/{number}/activation").status_code == 204
    assert client.post("/api/v1/assist/moods/0/activation").status_code == 404
    assert client.post("/api/v1/assist/moods/trainings").status_code == 202
    assert client_for(owner).get("/api/v1/assist/moods").status_code == 403
