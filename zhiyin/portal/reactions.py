from __future__ import annotations

from zhiyin.customers.events import CustomerForgotten
from zhiyin.platform.event_log.subscribing import on
from zhiyin.portal.commands import shut_out_strangers


@on(CustomerForgotten)
def end_sessions_of_the_forgotten(fact: CustomerForgotten) -> None:
    shut_out_strangers()
