"""Chances are set right by what became of answers: measured on what was held back, put in place only where told better."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.answering.recalibrating import (
    FOLDS,
    Outcome,
    Scaling,
    fitted_to,
    fold_of,
    mean_loss,
    recalibrate,
)
from zhiyin.assist.answering.sureness import Told
from zhiyin.assist.commands.recalibrating import (
    LEAST,
    activate_recalibration,
    learn_from_outcomes,
    use_shipped_chances,
)
from zhiyin.assist.commands.versions import KEPT_VERSIONS, forget_old
from zhiyin.assist.jobs import recalibrate_nightly
from zhiyin.assist.models import AutomaticAnswer, Preferences, Recalibration
from zhiyin.assist.queries.answer_outcomes import answer_outcomes, scalings_in_force
from zhiyin.knowledge.commands.flagging import flag_version
from zhiyin.knowledge.models import Version
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.knowledge import publish
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.models import KnowledgeUse, Message, Ticket

FIT = "zh.words.12345678"


def outcomes(count: int, *, chance: float, right: float, first: int = 0) -> list[Outcome]:
    """So many, of which this share was right."""
    return [
        Outcome(first + n, FIT, chance, (n + 1) * right // 1 > n * right // 1) for n in range(count)
    ]  # spread evenly


def test_what_was_told_too_surely_is_told_less_surely() -> None:
    learned = fitted_to(outcomes(200, chance=0.9, right=0.6))
    assert learned.of(0.9) == pytest.approx(0.6, abs=0.05)
    assert learned.of(0.95) > learned.of(0.9) > learned.of(0.6)  # the order stays


def test_few_outcomes_change_little_and_right_ones_nothing() -> None:
    assert fitted_to([]) == Scaling(1.0, 0.0)
    few = fitted_to(outcomes(5, chance=0.9, right=0.6)).of(0.9)
    assert 0.7 < few < 0.9
    mixed = outcomes(300, chance=0.9, right=0.9) + outcomes(300, chance=0.6, right=0.6, first=300)
    fair = fitted_to(mixed)
    assert fair.of(0.9) == pytest.approx(0.9, abs=0.03)
    assert fair.of(0.6) == pytest.approx(0.6, abs=0.03)


@pytest.mark.parametrize("chance", [0.0, 1.0, 1e-9, 0.5])
def test_every_chance_can_be_set_right(chance: float) -> None:
    assert 0 <= Scaling(4.0, -5.0).of(chance) <= 1
    assert Scaling().of(chance) == pytest.approx(chance, abs=1e-5)


def test_a_report_says_what_was_held_back_and_better_means_by_more_than_chance() -> None:
    found = recalibrate(outcomes(200, chance=0.95, right=0.6), least=50)[FIT].report
    assert (found.outcomes, found.right, found.told_before) == (200, 0.6, 0.95)
    assert found.told_after == pytest.approx(0.6, abs=0.06)
    assert found.loss_after < found.loss_before
    assert found.is_better
    fair = recalibrate(outcomes(200, chance=0.8, right=0.8), least=50)[FIT].report
    assert not fair.is_better
    assert {fold_of(n) for n in range(200)} == set(range(FOLDS))


def test_too_few_or_all_alike_are_not_learned_from() -> None:
    assert recalibrate(outcomes(40, chance=0.9, right=0.6), least=50) == {}
    assert recalibrate(outcomes(80, chance=0.9, right=1.0), least=50) == {}
    other = [
        Outcome(one.ticket_id, "en.words.1", one.chance, one.right)
        for one in outcomes(60, chance=0.9, right=0.5)
    ]
    assert list(recalibrate([*other, *outcomes(40, chance=0.9, right=0.6)], least=50)) == ["en.words.1"]


def test_a_scaling_holds_for_its_own_fit_only() -> None:
    scalings = {FIT: Scaling(1.0, -1.0)}
    assert Told(0.8, FIT).set_right(scalings) < 0.8
    assert Told(0.8, "zh.words.another").set_right(scalings) == 0.8
    own = outcomes(100, chance=0.9, right=0.6)
    assert mean_loss(own, scalings) < mean_loss(own, {})
    assert mean_loss([], scalings) == 0.0


@pytest.fixture
def version(author: Staff, reviewer: Staff) -> Version:
    return publish(by=author, reviewer=reviewer)


@pytest.fixture
def another(author: Staff, reviewer: Staff) -> Version:
    return publish(by=author, reviewer=reviewer, title="怎么开发票？", html="<p>在订单详情里申请。</p>")


def asked(
    group: Group, version: Version, number: int, *, at: datetime | None = None, **told: Any
) -> AutomaticAnswer:
    """A question with what a machine made of it."""
    ticket = make_ticket(group=group, sender=f"o{number}@example.com", text=f"{number} 号订单退款多久到")
    message = Message.objects.get(ticket=ticket, kind="inbound")
    at = at or timezone.now()
    return AutomaticAnswer.objects.create(
        **{
            "message": message, "ticket": ticket, "channel_id": ticket.channel_id, "state": "answered",
            "fit": FIT, "uncorrected": 0.9, "chance": 0.9, "entry_id": version.edition.entry_id,
            "version": version, "asked_at": at, "decided_at": at,
        } | told
    )  # fmt: skip


def answered_from(answer: AutomaticAnswer, version: Version, by: Staff) -> None:
    """A colleague answers from an entry."""
    give_to(answer.ticket, by.pk)
    write_reply(
        ticket_id=answer.ticket_id, reply=ReplyText(text="三天内"), idempotency_key=f"o{answer.pk}", by=by, now=timezone.now()
    )  # fmt: skip
    reply = Message.objects.get(ticket=answer.ticket_id, kind="outbound")
    KnowledgeUse.objects.create(
        ticket_id=answer.ticket_id, message=reply, version=version, by=by, at=reply.at
    )


@pytest.mark.django_db
class TestOutcomes:
    def known(self) -> dict[int, bool]:
        return {one.ticket_id: one.right for one in answer_outcomes(now=timezone.now())}

    def test_of_answers_given(self, support: Group, version: Version, owner: Staff) -> None:
        now, long_ago = timezone.now(), timezone.now() - timedelta(days=8)
        good = asked(support, version, 1, helped=True)
        bad = asked(support, version, 2, helped=False)
        passed_on = asked(support, version, 3, people_at=now)
        quiet = asked(support, version, 4, at=long_ago)
        fresh = asked(support, version, 5)
        flagged = asked(support, version, 6, helped=True)
        flag_version(
            version_id=version.pk,
            reason="wrong",
            note="金额不对",
            ticket_id=flagged.ticket_id,
            by=owner,
            now=now,
        )
        wrote_on = asked(support, version, 7, at=long_ago)
        inbound = wrote_on.message.inbound
        assert inbound is not None
        keys = inbound.own_keys
        assert arrive(thread_keys=keys, sender="o7@example.com").ticket_id == wrote_on.ticket_id
        told = self.known()
        assert told == {
            good.ticket_id: True, bad.ticket_id: False, passed_on.ticket_id: False, quiet.ticket_id: True,
            flagged.ticket_id: False,
        }  # fmt: skip
        assert not {fresh.ticket_id, wrote_on.ticket_id} & told.keys()  # not known yet
        Ticket.objects.update(anonymised_at=now)
        assert answer_outcomes(now=now) == []

    def test_of_what_was_drafted_or_not_dared(
        self, support: Group, version: Version, another: Version, owner: Staff
    ) -> None:
        same = asked(support, version, 1, state="left", reason="unsure")
        other = asked(support, version, 2, state="drafted")
        nothing = asked(support, version, 3, state="left", reason="unsure")
        held = asked(support, version, 4, state="left", reason="category_off")
        for answer, used in ((same, version), (other, another), (held, version)):
            answered_from(answer, used, owner)
        give_to(nothing.ticket, owner.pk)
        assert self.known() == {same.ticket_id: True, other.ticket_id: False}

    def test_of_keywords_and_of_answers_from_before_fits_were_noted_nothing_is_learned(
        self, support: Group, version: Version
    ) -> None:
        asked(support, version, 1, helped=True, way="keyword")
        asked(support, version, 2, helped=True, fit="", uncorrected=None)
        assert self.known() == {}


def learned_from(group: Group, version: Version, *, right: float, count: int = LEAST, first: int = 0) -> None:
    for number, one in enumerate(outcomes(count, chance=0.95, right=right), first):
        asked(group, version, number, helped=one.right, uncorrected=0.95)


@pytest.mark.django_db
def test_what_is_told_better_is_put_in_place_and_can_be_taken_back(
    support: Group, version: Version, administrator: Staff
) -> None:
    learned_from(support, version, right=0.5)
    now = timezone.now()
    made = learn_from_outcomes(now=now)
    assert made is not None
    assert (made.active, made.outcomes, made.right) == (True, LEAST, LEAST // 2)
    assert scalings_in_force()[FIT].of(0.95) < 0.8
    assert learn_from_outcomes(now=now) is None  # nothing new
    use_shipped_chances(by=administrator, now=now)
    assert scalings_in_force() == {}
    activate_recalibration(version_id=made.pk, by=administrator, now=now)
    activate_recalibration(version_id=made.pk, by=administrator, now=now)  # is in place already
    assert FIT in scalings_in_force()
    let_events_happen()
    told = Event.objects.filter(type="assist.recalibration_activated").order_by("position")
    assert [one.payload["version_id"] for one in told] == [made.pk, None, made.pk]


@pytest.mark.django_db
def test_what_is_no_better_is_kept_and_not_put_in_place(support: Group, version: Version) -> None:
    learned_from(support, version, right=0.9, count=60)
    made = learn_from_outcomes(now=timezone.now())
    assert made is not None
    assert (made.active, made.scalings) == (False, {})
    assert made.report[FIT]["is_better"] is False


@pytest.mark.django_db
def test_what_has_become_worse_than_what_ships_is_taken_back(support: Group, version: Version) -> None:
    learned_from(support, version, right=0.9, count=60)
    before = Recalibration.objects.create(
        number=1, scalings={FIT: {"slope": 1.0, "offset": -3.0}}, report={}, outcomes=50, right=10,
        fitted_at=timezone.now(), active=True,
    )  # fmt: skip
    made = learn_from_outcomes(now=timezone.now())
    assert made is not None
    before.refresh_from_db()
    assert (made.active, before.active, scalings_in_force()) == (False, False, {})


@pytest.mark.django_db
def test_too_little_makes_no_version(support: Group, version: Version) -> None:
    learned_from(support, version, right=0.5, count=12)
    assert learn_from_outcomes(now=timezone.now()) is None
    assert not Recalibration.objects.exists()


@pytest.mark.django_db
def test_every_night_unless_switched_off_and_old_versions_go(support: Group, version: Version) -> None:
    learned_from(support, version, right=0.5)
    Preferences.objects.create(trains_nightly=False)
    recalibrate_nightly(0)
    assert not Recalibration.objects.exists()
    Preferences.objects.update(trains_nightly=True)
    recalibrate_nightly(0)
    assert Recalibration.objects.get().active
    for number in range(2, KEPT_VERSIONS + 4):
        Recalibration.objects.create(
            number=number, scalings={}, report={}, outcomes=1, right=0, fitted_at=timezone.now()
        )
    forget_old(Recalibration)
    assert Recalibration.objects.count() == KEPT_VERSIONS + 1
    assert Recalibration.objects.get(number=1).active


@pytest.mark.django_db
def test_how_it_stands_over_http(
    support: Group, version: Version, owner: Staff, administrator: Staff
) -> None:
    client, path = client_for(administrator), "/api/v1/assist/recalibrations"
    assert client.get(path).json() == {"outcomes": 0, "least": LEAST, "versions": []}
    learned_from(support, version, right=0.5)
    learn_from_outcomes(now=timezone.now())
    told = client.get(path).json()
    [one] = told["versions"]
    assert (told["outcomes"], one["active"], one["right"]) == (LEAST, True, LEAST // 2)
    [fit] = one["fits"]
    assert (fit["language"], fit["is_better"], fit["offset"] < 0) == ("zh", True, True)
    assert client.delete(f"{path}/active").status_code == 204
    assert not Recalibration.objects.filter(active=True).exists()
    assert client.post(f"{path}/{one['id']}/activation").status_code == 204
    assert client.post(f"{path}/0/activation").status_code == 404
    assert client.post(path).status_code == 202
    assert client_for(owner).get(path).status_code == 403
