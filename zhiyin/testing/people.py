"""The people of the tests, with fixed parts: owner, colleague, stranger, administrator."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from zhiyin.people.models import Group, Membership, Role, Staff

PASSWORD = "rainy-Tuesday-7-lanterns"
_numbers = count(1)


def make_group(name: str = "Support") -> Group:
    group, _ = Group.objects.get_or_create(name=name)
    return group


def make_staff(
    *,
    email: str = "",
    name: str = "",
    roles: Sequence[str] = ("agent",),
    groups: Sequence[Group | str] = (),
    password: str | None = None,
    **fields: Any,
) -> Staff:
    """A member of staff. Roles are codes, groups are groups or their names; without a password none can be used."""
    email = email or f"staff{next(_numbers)}@example.com"
    staff = Staff.objects.create_user(email, password, name=name or email.split("@")[0].title(), **fields)
    found = list(Role.objects.filter(code__in=roles))
    assert len(found) == len(set(roles)), f"unknown role among {roles}"
    staff.roles.set(found)
    Membership.objects.bulk_create(
        Membership(staff=staff, group=make_group(group) if isinstance(group, str) else group)
        for group in groups
    )
    return staff


class ApiClient(Client):
    """Speaks to the API as the web application does: JSON bodies, and the CSRF check is on."""

    sends_csrf_token = True

    def __init__(self, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks=True, **defaults)
        self.cookies["csrftoken"] = get_token(RequestFactory().get("/"))

    def generic(self, *args: Any, **extra: Any) -> Any:
        if self.sends_csrf_token:
            extra.setdefault("HTTP_X_CSRFTOKEN", self.cookies["csrftoken"].value)
        return super().generic(*args, **extra)

    def post(self, path: str, data: Any = None, content_type: str = "application/json", **extra: Any) -> Any:  # type: ignore[override]
        return super().post(path, data if data is not None else {}, content_type=content_type, **extra)

    def delete(self, path: str, data: Any = "", content_type: str = "application/json", **extra: Any) -> Any:  # type: ignore[override]
        return super().delete(path, data, content_type=content_type, **extra)

    def patch(self, path: str, data: Any = "", content_type: str = "application/json", **extra: Any) -> Any:  # type: ignore[override]
        return super().patch(path, data, content_type=content_type, **extra)

    def put(self, path: str, data: Any = "", content_type: str = "application/json", **extra: Any) -> Any:  # type: ignore[override]
        return super().put(path, data, content_type=content_type, **extra)


def client_for(staff: Staff | None, *, second_factor: bool = False) -> ApiClient:
    """A browser in which this person is signed in (None: nobody), with or without having shown a second factor."""
    client = ApiClient()
    if staff is None:
        return client
    client.force_login(staff)
    if second_factor:
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session["account_authentication_methods_user"] = str(staff.pk)
        session.save()
    return client


@pytest.fixture
def support(db: None) -> Group:
    """The group of the owner and the colleague."""
    return make_group("Support")


@pytest.fixture
def owner(support: Group) -> Staff:
    """An agent: whose work it is."""
    return make_staff(email="owner@example.com", name="Owner", groups=[support])


@pytest.fixture
def colleague(support: Group) -> Staff:
    """An agent of the same group."""
    return make_staff(email="colleague@example.com", name="Colleague", groups=[support])


@pytest.fixture
def stranger(db: None) -> Staff:
    """An agent of another group."""
    return make_staff(email="stranger@example.com", name="Stranger", groups=["Billing"])


@pytest.fixture
def administrator(db: None) -> Staff:
    """Who may do everything."""
    return make_staff(email="administrator@example.com", name="Administrator", roles=["administrator"])


@pytest.fixture
def nobody(db: None) -> ApiClient:
    """A browser in which nobody is signed in."""
    return client_for(None)
