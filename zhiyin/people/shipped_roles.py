"""The roles that ship, brought up to date after every migration."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from zhiyin.people.models import Role, RolePermission
from zhiyin.people.permissions import SHIPPED_ROLES, ShippedRole


def install_after_migrating(**_: Any) -> None:
    """Runs on Django's post_migrate: also after a test emptied the tables."""
    install_shipped_roles()


@transaction.atomic
def install_shipped_roles() -> None:
    """Create missing shipped roles and give each exactly the grants of this version; safe to repeat."""
    for shipped in SHIPPED_ROLES:
        _install(shipped)


def _install(shipped: ShippedRole) -> None:
    # second_factor_required is the administrator's to choose, so it is set only at birth
    role, _ = Role.objects.update_or_create(
        code=shipped.code,
        defaults={"name_zh": shipped.zh, "name_en": shipped.en, "builtin": True},
        create_defaults={
            "name_zh": shipped.zh,
            "name_en": shipped.en,
            "builtin": True,
            "second_factor_required": shipped.second_factor_required,
        },
    )
    role.grants.exclude(permission__in=shipped.grants).delete()
    RolePermission.objects.bulk_create(
        [RolePermission(role=role, permission=code, scope=scope) for code, scope in shipped.grants.items()],
        update_conflicts=True,
        unique_fields=["role", "permission"],
        update_fields=["scope"],
    )
