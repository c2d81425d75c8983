from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from zhiyin.people.models import Role


def list_roles() -> QuerySet[Role]:
    """All roles with their grants and how many active people hold each; shipped ones first."""
    return (
        Role.objects.prefetch_related("grants")
        .annotate(staff_count=Count("staff", filter=Q(staff__is_active=True)))
        .order_by("-builtin", "pk")
    )
