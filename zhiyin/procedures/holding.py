"""A ticket is not done while a procedure on it is under way."""

from __future__ import annotations

from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.queries.holding import holding_case
from zhiyin.tickets.closing import before_closing
from zhiyin.tickets.models import Ticket


class ProcedureUnderWay(DomainError):
    code = "procedures.under_way"
    status = 409
    messages = {
        "zh": "流程“{zh}”还没走完。请先完成剩下的步骤，或中止流程，再结束工单。",
        "en": "The procedure {en} is still under way. Lead it to its end or break it off before the ticket is done.",
    }


@before_closing
def refuse_while_a_procedure_holds(ticket: Ticket) -> None:
    if (case := holding_case(ticket.pk)) is not None:
        raise ProcedureUnderWay(zh=case.definition.name_zh, en=case.definition.name_en)
