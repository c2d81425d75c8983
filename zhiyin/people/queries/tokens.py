from __future__ import annotations

from django.db.models import QuerySet

from zhiyin.people.models import ApiToken, Staff


def list_tokens(*, of: Staff) -> QuerySet[ApiToken]:
    """A person's tokens that are not revoked, newest first; expired ones are shown as such."""
    return ApiToken.objects.filter(staff=of, revoked_at=None).order_by("-created_at", "-pk")
