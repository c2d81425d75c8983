from zhiyin.platform.event_log.facts import Fact, fact


@fact("customers.created", subject="customer:{customer_id}")
class CustomerCreated(Fact):
    """Somebody wrote to us for the first time, or was entered by hand."""

    customer_id: int


@fact("customers.changed", subject="customer:{customer_id}")
class CustomerChanged(Fact):
    """A person changed what we know of a customer."""

    customer_id: int
    by_id: int
    fields: list[str]


@fact("customers.forgotten", subject="customer:{customer_id}")
class CustomerForgotten(Fact):
    """By a retention rule nothing is known of the customer any more."""

    customer_id: int
