from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import TestCase
from django.utils import timezone
from pytest_django import Settings

from zhiyin.people.commands.security import remove_second_factor
from zhiyin.people.models import Role, Staff
from zhiyin.people.tests.authenticators import Passkey, totp_code
from zhiyin.platform.crypto.key_ring import new_key
from zhiyin.platform.crypto.rotation import keys_in_use, rotate_keys
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import PASSWORD, ApiClient, make_staff

pytestmark = pytest.mark.django_db
AUTH = "/_allauth/browser/v1/auth"
AUTHENTICATORS = "/_allauth/browser/v1/account/authenticators"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def ann() -> Staff:
    """An administrator, whose role asks for a second factor."""
    Role.objects.filter(code="administrator").update(second_factor_required=True)
    return make_staff(email="ann@example.com", roles=["administrator"], password=PASSWORD)


def signed_in() -> ApiClient:
    client = ApiClient()
    client.post(f"{AUTH}/login", {"email": "ann@example.com", "password": PASSWORD})
    return client


def enrol_totp(client: ApiClient) -> str:
    secret: str = client.get(f"{AUTHENTICATORS}/totp").json()["meta"]["secret"]
    with TestCase.captureOnCommitCallbacks(
        execute=True
    ):  # allauth tells of a new factor once it is committed
        answer = client.post(f"{AUTHENTICATORS}/totp", {"code": totp_code(secret)})
    assert answer.status_code == 200, answer.content
    return secret


def enrol_passkey(client: ApiClient) -> Passkey:
    passkey = Passkey()
    options = client.get(f"{AUTHENTICATORS}/webauthn?passwordless").json()["data"]["creation_options"]
    answer = client.post(
        f"{AUTHENTICATORS}/webauthn", {"name": "Laptop", "credential": passkey.create(options)}
    )
    assert answer.status_code == 200, answer.content
    return passkey


def may_work(client: ApiClient) -> bool:
    answer = client.get("/api/v1/people/staff")
    assert answer.status_code == 200 or answer.json()["code"] in (
        "people.second_factor_needed",
        "not_signed_in",
    )
    return bool(answer.status_code == 200)


@pytest.mark.django_db(transaction=True)  # the session learns of the factor when it is committed
def test_until_enrolled_only_enrolment_is_open_and_then_the_same_session_goes_on(ann: Staff) -> None:
    client = signed_in()
    assert not may_work(client)

    enrol_totp(client)

    assert may_work(client)


def test_a_wrong_code_enrols_nothing(ann: Staff) -> None:
    client = signed_in()
    client.get(f"{AUTHENTICATORS}/totp")

    answer = client.post(f"{AUTHENTICATORS}/totp", {"code": "000000"})

    assert answer.json()["errors"][0]["code"] == "incorrect_code"
    assert not Authenticator.objects.exists()
    assert not may_work(client)


def test_the_next_sign_in_asks_for_the_code_and_takes_it_once(ann: Staff) -> None:
    secret = enrol_totp(signed_in())
    client = signed_in()
    pending = [
        flow for flow in client.get(f"{AUTH}/session").json()["data"]["flows"] if flow.get("is_pending")
    ]
    assert [flow["id"] for flow in pending] == ["mfa_authenticate"]
    assert not may_work(client)
    code = totp_code(secret, steps_ahead=1)  # the present one was used to enrol

    assert client.post(f"{AUTH}/2fa/authenticate", {"code": code}).status_code == 200
    assert may_work(client)
    again = signed_in()
    assert again.post(f"{AUTH}/2fa/authenticate", {"code": code}).status_code == 400
    assert not may_work(again)


def test_guessing_codes_is_locked_out(ann: Staff) -> None:
    secret = enrol_totp(signed_in())
    client = signed_in()
    for _ in range(5):
        client.post(f"{AUTH}/2fa/authenticate", {"code": "000000"})

    answer = client.post(f"{AUTH}/2fa/authenticate", {"code": totp_code(secret, steps_ahead=1)})

    assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"
    assert not may_work(client)


def test_a_recovery_code_stands_in_once(ann: Staff) -> None:
    client = signed_in()
    enrol_totp(client)
    codes = client.get(f"{AUTHENTICATORS}/recovery-codes").json()["data"]["unused_codes"]
    assert len(codes) == 10

    first, second = signed_in(), signed_in()

    assert first.post(f"{AUTH}/2fa/authenticate", {"code": codes[0]}).status_code == 200
    assert may_work(first)
    assert second.post(f"{AUTH}/2fa/authenticate", {"code": codes[0]}).status_code == 400


def test_the_last_factor_of_a_role_that_asks_for_one_stays(ann: Staff) -> None:
    client = signed_in()
    enrol_totp(client)

    refused = client.delete(f"{AUTHENTICATORS}/totp")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "cannot_delete_authenticator")
    enrol_passkey(client)
    passkey = Authenticator.objects.get(type="webauthn")
    assert client.delete(f"{AUTHENTICATORS}/totp").status_code == 200
    refused = client.delete(f"{AUTHENTICATORS}/webauthn", {"authenticators": [passkey.pk]})
    assert refused.status_code == 409
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


def test_a_passkey_alone_signs_in_and_is_both_factors(ann: Staff) -> None:
    passkey = enrol_passkey(signed_in())
    client = ApiClient()
    options = client.get(f"{AUTH}/webauthn/login").json()["data"]["request_options"]
    assert options["publicKey"]["userVerification"] == "required"

    answer = client.post(f"{AUTH}/webauthn/login", {"credential": passkey.use(options)})

    assert answer.status_code == 200, answer.content
    assert answer.json()["data"]["user"]["id"] == ann.pk
    assert may_work(client)


def test_a_passkey_of_another_key_is_refused(ann: Staff) -> None:
    enrolled = enrol_passkey(signed_in())
    forged = Passkey()
    forged.id, forged.user_handle = enrolled.id, enrolled.user_handle
    client = ApiClient()
    options = client.get(f"{AUTH}/webauthn/login").json()["data"]["request_options"]

    assert client.post(f"{AUTH}/webauthn/login", {"credential": forged.use(options)}).status_code == 400
    assert not may_work(client)


def test_secrets_are_encrypted_at_rest(ann: Staff) -> None:
    secret = enrol_totp(signed_in())

    stored = Authenticator.objects.get(type="totp").data["secret"]

    assert secret not in stored
    assert stored.startswith("zk1:test:")


def test_factors_outlive_a_change_of_keys(ann: Staff, settings: Settings) -> None:
    others = keys_in_use().get("test", 0)  # what migrating itself encrypts
    client = signed_in()
    secret = enrol_totp(client)
    codes = client.get(f"{AUTHENTICATORS}/recovery-codes").json()["data"]["unused_codes"]
    assert keys_in_use() == {"test": others + 2}
    new = new_key("new")
    settings.FIELD_KEYS = f"{new},{settings.FIELD_KEYS}"

    assert rotate_keys() == others + 2

    assert keys_in_use() == {"new": others + 2}
    settings.FIELD_KEYS = new
    first, second = signed_in(), signed_in()
    code = totp_code(secret, steps_ahead=1)
    assert first.post(f"{AUTH}/2fa/authenticate", {"code": code}).status_code == 200
    assert second.post(f"{AUTH}/2fa/authenticate", {"code": codes[3]}).status_code == 200


def test_somebody_who_signed_in_long_ago_confirms_first(ann: Staff) -> None:
    client = signed_in()
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 600
    session.save()

    answer = client.post(f"{AUTHENTICATORS}/totp", {"code": "000000"})
    secret = client.get(f"{AUTHENTICATORS}/totp").json()["meta"]["secret"]
    refused = client.post(f"{AUTHENTICATORS}/totp", {"code": totp_code(secret)})

    assert answer.status_code == 400
    assert (refused.status_code, [flow["id"] for flow in refused.json()["data"]["flows"]]) == (
        401,
        ["reauthenticate"],
    )
    client.post(f"{AUTH}/reauthenticate", {"password": PASSWORD})
    secret = client.get(f"{AUTHENTICATORS}/totp").json()["meta"]["secret"]
    assert client.post(f"{AUTHENTICATORS}/totp", {"code": totp_code(secret)}).status_code == 200


@pytest.mark.django_db(transaction=True)  # the session learns of the factor when it is committed
def test_an_administrator_helps_who_lost_the_phone(ann: Staff) -> None:
    boss = make_staff(roles=["administrator"])
    client = signed_in()
    enrol_totp(client)

    remove_second_factor(staff_id=ann.pk, by=boss, now=timezone.now())

    assert not Authenticator.objects.exists()
    assert client.get(f"{AUTH}/session").status_code == 401  # the sessions ended with it
    again = signed_in()
    assert not may_work(again)
    enrol_totp(again)
    assert may_work(again)
    assert PendingEvent.objects.filter(type="people.second_factor_removed").count() == 1
