from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from zhiyin.people.invitation_links import invitation_token
from zhiyin.people.mails import KIND
from zhiyin.people.models import Company, Invitation, Role, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.people import PASSWORD, ApiClient, client_for, make_group, make_staff

pytestmark = pytest.mark.django_db
INVITATIONS = "/api/v1/people/invitations"


def role_id(code: str) -> int:
    return Role.objects.get(code=code).pk


def invite(by: Staff, **changes: Any) -> Any:
    body = {"email": "New@Example.com", "name": "Mia", "role_ids": [role_id("agent")], **changes}
    return client_for(by).post(INVITATIONS, body)


def accept(token: str, client: ApiClient | None = None, **changes: Any) -> Any:
    body = {"name": "Mia Chen", "password": PASSWORD, "locale": "en", **changes}
    return (client or ApiClient()).post(f"{INVITATIONS}/{token}/acceptance", body)


def deliver() -> None:
    while carry_out_next(kind=KIND, now=timezone.now()):
        pass


def test_an_invitation_is_mailed_and_accepted_and_signs_in(administrator: Staff, nobody: ApiClient) -> None:
    Company.objects.create(name="云杉科技", locale="en")
    group = make_group("Support")
    assert invite(administrator, group_ids=[group.pk]).status_code == 201
    deliver()
    [sent] = mail.outbox
    assert sent.to == ["new@example.com"]
    assert sent.subject == "Administrator invites you to the customer-service desk of 云杉科技"
    link = next(line for line in sent.body.splitlines() if line.startswith("http"))
    token = link.rsplit("/", 1)[1]
    seen = nobody.get(f"{INVITATIONS}/{token}").json()
    assert seen == {"email": "new@example.com", "name": "Mia", "company": "云杉科技"}

    answer = accept(token, nobody)

    assert answer.status_code == 201, answer.content
    staff = Staff.objects.get(email="new@example.com")
    assert (staff.name, staff.locale, staff.check_password(PASSWORD)) == ("Mia Chen", "en", True)
    assert [role.code for role in staff.roles.all()] == ["agent"]
    assert staff.group_ids == [group.pk]
    assert nobody.get("/api/v1/people/staff").status_code == 200
    actions = AuditEntry.objects.order_by("number").values_list("action", flat=True)
    assert list(actions) == ["people.staff_invited", "people.staff_joined", "people.signed_in"]


def test_the_mail_is_owed_in_the_same_transaction_and_holds_no_link(administrator: Staff) -> None:
    invite(administrator)

    effect = Effect.objects.get(kind=KIND)
    invitation = Invitation.objects.get()
    assert effect.payload == {"mail": "invitation", "invitation_id": invitation.pk}


def test_the_link_works_once_only(administrator: Staff) -> None:
    invite(administrator)
    token = invitation_token(Invitation.objects.get())
    accept(token)

    again = accept(token)

    assert (again.status_code, again.json()["code"]) == (410, "people.invitation_gone")
    assert Staff.objects.filter(email="new@example.com").count() == 1


def test_expired_revoked_forged_and_older_links_are_gone(administrator: Staff) -> None:
    client = client_for(administrator)
    invite(administrator)
    invitation = Invitation.objects.get()
    older = invitation_token(invitation)
    assert client.post(f"{INVITATIONS}/{invitation.pk}/mails").status_code == 201
    invitation.refresh_from_db()
    newer = invitation_token(invitation)
    assert accept(older).status_code == 410
    assert accept(newer[:-1] + ("A" if newer[-1] != "A" else "B")).status_code == 410
    assert accept("nonsense").status_code == 410
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(newer).status_code == 410
    Invitation.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert client.delete(f"{INVITATIONS}/{invitation.pk}").status_code == 204
    assert accept(newer).status_code == 410
    assert not Staff.objects.filter(email="new@example.com").exists()
    assert client.get(INVITATIONS).json() == []


def test_sending_again_extends_and_mails_again(administrator: Staff) -> None:
    invite(administrator)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))

    client_for(administrator).post(f"{INVITATIONS}/{Invitation.objects.get().pk}/mails")
    deliver()

    assert Invitation.objects.get().expires_at > timezone.now() + timedelta(days=6)
    assert len(mail.outbox) == 2


def test_a_mail_owed_for_a_revoked_invitation_is_not_sent(administrator: Staff) -> None:
    invite(administrator)
    client_for(administrator).delete(f"{INVITATIONS}/{Invitation.objects.get().pk}")

    deliver()

    assert mail.outbox == []
    assert Effect.objects.get().state == "done"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"email": "Administrator@example.com"}, 409, "people.address_taken"),
        ({"role_ids": [999_999]}, 422, "people.unknown_choice"),
        ({"group_ids": [999_999]}, 422, "people.unknown_choice"),
        ({"email": "nobody"}, 422, "invalid"),
    ],
)
def test_what_does_not_fit_is_refused(
    administrator: Staff, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = invite(administrator, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Invitation.objects.exists()
    assert not Effect.objects.exists()


def test_one_open_invitation_per_address(administrator: Staff) -> None:
    invite(administrator)

    again = invite(administrator, email="NEW@example.com")

    assert (again.status_code, again.json()["code"]) == (409, "people.already_invited")
    assert Invitation.objects.count() == 1


def test_a_weak_password_joins_nobody(administrator: Staff) -> None:
    invite(administrator)

    answer = accept(invitation_token(Invitation.objects.get()), password="mia chen mia")

    assert answer.json()["code"] == "people.weak_password"
    assert not Staff.objects.filter(email="new@example.com").exists()
    assert Invitation.objects.open().count() == 1


def test_nobody_hands_out_more_than_they_have() -> None:
    manager = make_staff(roles=["manager"])

    refused = invite(manager, role_ids=[role_id("administrator")])
    allowed = invite(manager, role_ids=[role_id("lead")])

    assert (refused.status_code, refused.json()["code"]) == (403, "people.role_above_you")
    assert allowed.status_code == 201
    assert [role.code for role in Invitation.objects.get().roles.all()] == ["lead"]


def test_the_link_is_shown_only_without_a_mail_server_and_to_who_may_give_the_roles(
    administrator: Staff, settings: Settings
) -> None:
    manager = make_staff(roles=["manager"])
    link = invite(administrator, role_ids=[role_id("administrator")]).json()["link"]

    assert link.startswith(f"{settings.BASE_URL}/invitation/")
    assert client_for(manager).get(INVITATIONS).json()[0]["link"] is None
    settings.SYSTEM_MAIL = "smtp://mail.example.com"
    assert client_for(administrator).get(INVITATIONS).json()[0]["link"] is None


def test_agents_can_not_invite(owner: Staff) -> None:
    assert invite(owner).status_code == 403
    assert not Invitation.objects.exists()
