from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.functions import Lower, Now

from zhiyin.people.currencies import DEFAULT_CURRENCY
from zhiyin.people.permissions import Powers, Scope, powers_of

_HELD = """
SELECT role.second_factor_required, granted.permission, granted.scope, NULL::bigint
FROM people_staff_roles held JOIN people_role role ON role.id = held.role_id
LEFT JOIN people_rolepermission granted ON granted.role_id = role.id WHERE held.staff_id = %(staff)s
UNION ALL SELECT false, NULL, NULL, group_id FROM people_membership WHERE staff_id = %(staff)s
"""
LOCALES = [("zh-CN", "简体中文"), ("en", "English")]


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


class StaffQuerySet(models.QuerySet["Staff"]):
    def visible_to(self, actor: Staff) -> StaffQuerySet:
        """Colleagues as far as the person may see them; oneself always."""
        scope = actor.scope("people.read")
        if scope == Scope.ALL:
            return self
        me = models.Q(pk=actor.pk)
        if scope == Scope.GROUP:
            return self.filter(me | models.Q(pk__in=Membership.objects.of_groups(actor.group_ids)))
        return self.filter(me)

    def active(self) -> StaffQuerySet:
        return self.filter(is_active=True)


class StaffManager(BaseUserManager["Staff"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Staff:
        """An account whose address counts as confirmed: nobody gets one without a link sent to it."""
        from allauth.account.models import EmailAddress

        staff = self.model(email=email.strip().lower(), **fields)
        staff.set_password(password)
        staff.save(using=self._db)
        EmailAddress.objects.create(user=staff, email=staff.email, verified=True, primary=True)
        return staff

    def get_by_natural_key(self, username: str | None) -> Staff:
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    """A person with an account. Never deleted, only deactivated: the record names them."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    email = models.EmailField(unique=True)
    name = models.TextField()
    locale = models.CharField(max_length=5, choices=LOCALES, default="zh-CN")
    theme = models.CharField(
        max_length=6, choices=[("system", "system"), ("light", "light"), ("dark", "dark")], default="system"
    )
    signature = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())
    groups = models.ManyToManyField(Group, through="Membership", related_name="staff")
    roles = models.ManyToManyField(Role, related_name="staff")

    objects = StaffManager.from_queryset(StaffQuerySet)()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.name

    # the scopes of the API token this person acts through now; None: acts in person, without that limit
    limited_to: frozenset[str] | None = None

    @cached_property
    def powers(self) -> Powers:
        """What this person's roles grant and ask for; one query per instance, which brings the groups along."""
        with connection.cursor() as cursor:  # every request asks this: written by hand, it costs a third
            cursor.execute(_HELD, {"staff": self.pk})
            rows = cursor.fetchall()
        self.group_ids = [group_id for *_, group_id in rows if group_id is not None]
        return powers_of((asks, permission, scope) for asks, permission, scope, _ in rows)

    @property
    def scopes(self) -> dict[str, Scope]:
        """The widest scope of each permission granted by any role, as far as the token in use allows."""
        scopes = self.powers.scopes
        if self.limited_to is None:
            return scopes
        return {code: scope for code, scope in scopes.items() if code in self.limited_to}

    @property
    def upload_owner(self) -> str:
        """The name under which files they put up are theirs."""
        return f"staff:{self.pk}"

    def scope(self, permission: str) -> Scope | None:
        return self.scopes.get(permission) if self.is_active else None

    def may(self, permission: str) -> bool:
        return self.scope(permission) is not None

    @cached_property
    def group_ids(self) -> list[int]:
        return list(Membership.objects.filter(staff=self).values_list("group_id", flat=True))


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of_groups(self, group_ids: list[int]) -> models.QuerySet[Membership, int]:
        """The staff ids in any of these groups."""
        return self.filter(group_id__in=group_ids).values_list("staff_id", flat=True)


class Membership(models.Model):
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "group"], name="one_membership_per_group")]


class Skill(models.Model):
    """Something that only some people can do: a language, a product, a craft."""

    class Kind(models.TextChoices):
        LANGUAGE = "language"
        DIALECT = "dialect"
        PRODUCT = "product"
        CHANNEL = "channel"
        FREE = "free"

    name_zh = models.TextField(unique=True)
    name_en = models.TextField(unique=True)
    kind = models.TextField(choices=Kind.choices, default=Kind.FREE)
    holders = models.ManyToManyField(Staff, related_name="skills", through="StaffSkill")

    def __str__(self) -> str:
        return self.name_en


class StaffSkill(models.Model):
    """Somebody has a skill, to a level: 1 a beginner, 5 an expert."""

    HIGHEST, USUAL = 5, 3

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="held")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(default=USUAL)

    class Meta:
        db_table = "people_skill_holders"
        unique_together = [("skill", "staff")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=5), name="skill_level_is_a_level"
            )
        ]


class CustomPresence(models.Model):
    """A state of the company's own. It counts as one of the fixed ones; while it counts as available, work may be
    limited to some kinds of channel. It is taken out of use rather than removed, for the past names it."""

    name_zh = models.TextField(unique=True)
    name_en = models.TextField(unique=True)
    state = models.TextField()  # counts as
    kinds = ArrayField(models.TextField(), default=list)  # of channels whose work they take; empty: of all
    reasons = ArrayField(models.TextField(), default=list)  # offered to choose from
    asks_reason = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["available", "busy", "break", "training", "after_contact"]),
                name="custom_presence_counts_as_a_state_of_choice",
            ),
            models.CheckConstraint(
                condition=models.Q(state="available") | models.Q(kinds=[]),
                name="only_the_available_take_work",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class Presence(models.Model):
    """How a person stands now; without a row they are offline. What was before is in PresenceSpell."""

    class State(models.TextChoices):
        AVAILABLE = "available"
        BUSY = "busy"
        BREAK = "break"
        TRAINING = "training"
        AFTER_CONTACT = "after_contact"
        AWAY = "away"  # set by the clock, when the desk was not heard of
        OFFLINE = "offline"

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    state = models.TextField(choices=State.choices, default=State.OFFLINE)
    custom = models.ForeignKey(CustomPresence, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)  # in the person's or the lead's own words
    since = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")  # None: the clock
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["available", "busy", "break", "training", "after_contact", "away", "offline"]
                ),
                name="presence_state_known",
            )
        ]


class PresenceSpell(models.Model):
    """A time that somebody spent in one state; spells of a person follow each other without a gap."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    state = models.TextField()
    custom = models.ForeignKey(CustomPresence, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["staff", "-began_at"], name="presence_spell_of_staff")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("began_at")), name="spell_ends_after_it_began"
            )
        ]


class ApiToken(models.Model):
    """A program's key: acts as its owner, within its scopes. Only the hash is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="tokens")
    name = models.TextField()
    prefix = models.CharField(max_length=12)
    hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now and self.staff.is_active


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> InvitationQuerySet:
        """Neither accepted nor revoked; may have expired and can then be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A place kept for somebody by address. The link is signed over `nonce`; a new nonce ends older links."""

    email = models.EmailField()
    name = models.TextField(blank=True)
    locale = models.CharField(max_length=5, choices=LOCALES, default="zh-CN")
    roles = models.ManyToManyField(Role, related_name="+")
    groups = models.ManyToManyField(Group, related_name="+")
    invited_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.OneToOneField(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_open_invitation_per_address",
                condition=models.Q(accepted_at=None, revoked_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.email


class SetupLink(models.Model):
    """The one-time key to an installation without staff; only its hash is kept, and only the newest."""

    hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()


class Company(models.Model):
    """The one organisation of this installation."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    name = models.TextField()
    locale = models.CharField(max_length=5, choices=LOCALES, default="zh-CN")
    timezone = models.TextField(default="Asia/Shanghai")
    currency = models.CharField(max_length=3, default=DEFAULT_CURRENCY)  # ISO 4217
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_company")]

    def __str__(self) -> str:
        return self.name
