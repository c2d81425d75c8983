"""The company itself: groups, people with a password made for this installation, channels, categories."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from zhiyin.channels.models import Channel
from zhiyin.demo import company
from zhiyin.demo.layout import arrange_layout
from zhiyin.demo.pictures import document, picture
from zhiyin.demo.standing import Agent, Standing, StoredContent
from zhiyin.people.models import Company, Group, Membership, Role, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.files.models import Blob
from zhiyin.tickets.models import Category

PLAIN_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike
PICTURES, DOCUMENTS = 10, 12


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as; the password is told once and kept only as its hash."""

    name: str
    email: str
    password: str
    roles: tuple[str, ...]
    role_zh: str
    role_en: str
    groups: tuple[str, ...]


def new_password() -> str:
    """Twelve letters and figures in three groups, easy to type."""
    return "-".join("".join(secrets.choice(PLAIN_LETTERS) for _ in range(4)) for _ in range(3))


@transaction.atomic
def found_company(*, now: datetime) -> list[DemoPerson]:
    """Make what is missing of the company; returns the people that were made, with their passwords."""
    Company.objects.get_or_create(pk=Company.ONLY, defaults={"name": company.NAME, "created_at": now})
    groups = {
        key: Group.objects.get_or_create(name=plan.name, defaults={"description": plan.description})[0]
        for key, plan in company.GROUPS.items()
    }
    hours, _ = Calendar.objects.get_or_create(name=company.HOURS["name"], defaults=company.HOURS)
    for channel in company.CHANNELS:
        settings = channel.settings | ({"calendar": str(hours.pk)} if channel.kind == "chat" else {})
        Channel.objects.get_or_create(
            key=channel.key,
            defaults={
                "kind": channel.kind,
                "name": channel.name,
                "settings": settings,
                "default_group": groups[channel.group],
            },
        )
    for number, name in enumerate(company.CATEGORIES):
        Category.objects.get_or_create(name=name, parent=None, defaults={"position": number})
    arrange_layout()
    return _hire(groups, now)


def stand(rng: Random) -> Standing:
    """The numbers of the company's rows, and the few contents that its attachments share."""
    groups = {group.name: group for group in Group.objects.all()}
    channels = {
        channel.kind: channel for channel in Channel.objects.filter(key__in=[c.key for c in company.CHANNELS])
    }
    staff = {person.email: person for person in Staff.objects.all()}
    return Standing(
        channels={kind: channel.pk for kind, channel in channels.items()},
        default_groups={kind: channel.default_group_id or 0 for kind, channel in channels.items()},
        groups={key: groups[plan.name].pk for key, plan in company.GROUPS.items()},
        staff={
            key: tuple(
                Agent(staff[_email(person)].pk, person.name, "lead" in person.roles)
                for person in company.PEOPLE
                if key in person.groups and ("agent" in person.roles or "lead" in person.roles)
            )
            for key in company.GROUPS
        },
        categories=dict(Category.objects.filter(parent=None).values_list("name", "pk")),
        pictures=_store(PICTURES, lambda number: (f"photo-{number + 1}.png", "image/png", picture(rng))),
        documents=_store(DOCUMENTS, lambda number: _invoice(number, rng)),
    )


def _hire(groups: dict[str, Group], now: datetime) -> list[DemoPerson]:
    known = set(Staff.objects.values_list("email", flat=True))
    missing = [person for person in company.PEOPLE if _email(person) not in known]
    password = new_password()  # one for all of them: hashing is slow on purpose, and nobody types 27 of them
    hashed = make_password(password)
    hired = Staff.objects.bulk_create(
        Staff(email=_email(person), name=person.name, locale=person.locale, password=hashed, created_at=now)
        for person in missing
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=staff, email=staff.email, verified=True, primary=True) for staff in hired
    )
    roles = {role.code: role for role in Role.objects.all()}
    for person, staff in zip(missing, hired, strict=True):
        staff.roles.set(roles[code] for code in person.roles)
        Membership.objects.bulk_create(Membership(staff=staff, group=groups[key]) for key in person.groups)
    return [_introduced(person, password, [roles[code] for code in person.roles]) for person in missing]


def _introduced(person: company.Person, password: str, roles: list[Role]) -> DemoPerson:
    return DemoPerson(
        name=person.name,
        email=_email(person),
        password=password,
        roles=person.roles,
        role_zh="、".join(role.name_zh for role in roles),
        role_en=", ".join(role.name_en for role in roles),
        groups=tuple(company.GROUPS[key].name for key in person.groups),
    )


def _email(person: company.Person) -> str:
    return f"{person.address}@{company.DOMAIN}"


def _store(count: int, make: Callable[[int], tuple[str, str, bytes]]) -> tuple[StoredContent, ...]:
    stored = []
    for number in range(count):
        name, media_type, content = make(number)
        stored.append(StoredContent(hashlib.sha256(content).hexdigest(), name, media_type, content))
    Blob.objects.bulk_create(
        (Blob(sha256=one.sha256, size=len(one.content), content=one.content) for one in stored),
        ignore_conflicts=True,
    )
    return tuple(stored)


def _invoice(number: int, rng: Random) -> tuple[str, str, bytes]:
    code = f"26{rng.randrange(10**17, 10**18)}"
    lines = [
        "LUTING SMART LIVING CO., LTD.",
        f"Invoice {code}",
        "",
        f"Total: {rng.randrange(99, 4999)}.00 CNY",
        "Paid",
    ]
    return f"invoice-{code[-8:]}.pdf", "application/pdf", document(lines)
