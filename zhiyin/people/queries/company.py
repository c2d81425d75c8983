from __future__ import annotations

from datetime import datetime

from zhiyin.people.models import Company, SetupLink, Staff


def company_or_blank() -> Company:
    """The company; before set-up one without a name, not stored."""
    return Company.objects.filter(pk=Company.ONLY).first() or Company(name="")


def is_setup_needed() -> bool:
    """Whether nobody can sign in yet because there is no staff at all."""
    return not Staff.objects.exists()


def is_setup_link_valid(*, token_hash: str, now: datetime) -> bool:
    """Whether this is the newest set-up link, in time and still needed."""
    return is_setup_needed() and SetupLink.objects.filter(hash=token_hash, expires_at__gt=now).exists()
