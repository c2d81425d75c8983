from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from zhiyin.people.permissions import Scope


class Group(models.Model):
    """A team that shares work."""

    name = models.TextField(unique=True)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A named set of permissions."""

    code = models.SlugField(unique=True, max_length=60)
    name_zh = models.TextField()
    name_en = models.TextField()
    builtin = models.BooleanField(default=False)
    second_factor_required = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.code


class RolePermission(models.Model):
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    permission = models.TextField()
    scope = models.TextField(choices=[(scope.value, scope.value) for scope in Scope])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="one_grant_per_permission")
        ]


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Staff:
        staff = self.model(email=email.strip(), **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    """A person with an account. Never deleted, only deactivated: the record names them."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    email = models.EmailField(unique=True)
    name = models.TextField()
    locale = models.CharField(
        max_length=5, choices=[("zh-CN", "简体中文"), ("en", "English")], default="zh-CN"
    )
    theme = models.CharField(
        max_length=6, choices=[("system", "system"), ("light", "light"), ("dark", "dark")], default="system"
    )
    signature = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    groups = models.ManyToManyField(Group, through="Membership", related_name="staff")
    roles = models.ManyToManyField(Role, related_name="staff")

    objects = StaffManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """The widest scope of each permission this person's roles grant; one query per instance."""
        widest: dict[str, Scope] = {}
        for permission, told in RolePermission.objects.filter(role__staff=self).values_list(
            "permission", "scope"
        ):
            scope = Scope(told)
            if permission not in widest or scope.reach > widest[permission].reach:
                widest[permission] = scope
        return widest

    def scope(self, permission: str) -> Scope | None:
        return self.scopes.get(permission) if self.is_active else None

    def may(self, permission: str) -> bool:
        return self.scope(permission) is not None

    @cached_property
    def group_ids(self) -> list[int]:
        return list(Membership.objects.filter(staff=self).values_list("group_id", flat=True))


class Membership(models.Model):
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "group"], name="one_membership_per_group")]


class ApiToken(models.Model):
    """A program's key: acts as its owner, within its scopes. Only the hash is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    name = models.TextField()
    prefix = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
