"""What approvals do about time."""

from __future__ import annotations

from zhiyin.platform.event_log.subscribing import on
from zhiyin.platform.timers.timers import TimerFired, on_timer
from zhiyin.procedures.approval_mails import owe_approval_mails
from zhiyin.procedures.commands import approval_stages
from zhiyin.procedures.commands.approving import pass_over
from zhiyin.procedures.events_approvals import ApprovalWaits


@on_timer(approval_stages.TIMER, subject="approval:{key}")
def ask_others_when_nobody_answered_in_time(fired: TimerFired) -> None:
    pass_over(approval_id=int(fired.key), stage=int(fired.payload_data["stage"]), now=fired.at)


@on(ApprovalWaits)
def write_to_those_who_are_asked(fact: ApprovalWaits) -> None:
    owe_approval_mails(approval_id=fact.approval_id, people=fact.people, position=fact.position)
