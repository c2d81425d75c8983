"""How far somebody may go with compensation without asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, Sum

from zhiyin.people.models import Company, Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.procedures.models import CustomerLimit, Grant, RoleLimit

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Limits:
    """What holds now for one person and one customer, in the company's currency."""

    currency: str

    a_grant: Decimal
    a_day: Decimal
    given_today: Decimal
    customer_amount: Decimal
    customer_got: Decimal
    customer_count: int
    customer_times: int
    customer_days: int

    def exceeded(self, worth: Decimal) -> list[str]:
        """Which limits this much would exceed."""
        over = []
        if worth > self.a_grant:
            over.append("a_grant")
        if self.given_today + worth > self.a_day:
            over.append("a_day")
        if self.customer_got + worth > self.customer_amount and worth > 0:
            over.append("customer")
        if self.customer_times + 1 > self.customer_count and worth > 0:
            over.append("customer_count")
        return over

    @property
    def without_asking(self) -> Decimal:
        """The most that can be given now without asking."""
        if self.customer_times >= self.customer_count:
            return NOTHING
        left = min(self.a_grant, self.a_day - self.given_today, self.customer_amount - self.customer_got)
        return max(left, NOTHING)


def limits_for(*, customer_id: int, by: Staff, at: datetime) -> Limits:
    """What holds for this person and customer at this moment; without a limit for one's roles nothing is free."""
    own = RoleLimit.objects.filter(role__staff=by).aggregate(grant=Max("a_grant"), day=Max("a_day"))
    customer = customer_limit()
    company = company_or_blank()
    in_it = Q(currency=company.currency)  # what was given in another one was given under other limits
    today = start_of_day(at, company)
    given = Grant.objects.counting().filter(in_it, by=by, at__gte=today).aggregate(worth=Sum("worth"))
    since = at - timedelta(days=customer.days)
    got = (
        Grant.objects.counting()
        .filter(customer_id=customer_id, at__gt=since, worth__gt=0)
        .aggregate(worth=Sum("worth", filter=in_it), times=Count("pk"))
    )
    return Limits(
        currency=company.currency,
        a_grant=own["grant"] or NOTHING,
        a_day=own["day"] or NOTHING,
        given_today=given["worth"] or NOTHING,
        customer_amount=customer.amount,
        customer_got=got["worth"] or NOTHING,
        customer_count=customer.count,
        customer_times=got["times"],
        customer_days=customer.days,
    )


def customer_limit() -> CustomerLimit:
    """What holds for customers; as shipped where nobody changed it."""
    return CustomerLimit.objects.first() or CustomerLimit()


def start_of_day(at: datetime, company: Company) -> datetime:
    """Midnight of the company's day."""
    zone = ZoneInfo(company.timezone)
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
