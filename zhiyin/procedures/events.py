"""What happens in procedures, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_SUBJECT = "ticket:{ticket_id}"


@fact("procedures.published", subject="procedure:{definition_id}")
class ProcedurePublished(Fact):
    """A procedure has a new version; cases that run stay on theirs."""

    definition_id: int
    version_id: int
    by_id: int | None


@fact("procedures.started", subject=_SUBJECT)
class ProcedureStarted(Fact):
    """A procedure began on a ticket; by_id is None where the ticket's category, type or customer began it."""

    ticket_id: int
    case_id: int
    version_id: int
    by_id: int | None


@fact("procedures.step_entered", subject=_SUBJECT)
class StepEntered(Fact):
    """A case came to a step."""

    ticket_id: int
    case_id: int
    visit_id: int
    step: str


@fact("procedures.step_left", subject=_SUBJECT)
class StepLeft(Fact):
    """A step came to one of its outcomes; by_id is None where an outside system or a sub-procedure decided it."""

    ticket_id: int
    case_id: int
    visit_id: int
    step: str
    outcome: str
    by_id: int | None


@fact("procedures.ended", subject=_SUBJECT)
class ProcedureEnded(Fact):
    """A case came to an end of its procedure; `result` is the key of that end."""

    ticket_id: int
    case_id: int
    result: str
    by_id: int | None


@fact("procedures.cancelled", subject=_SUBJECT)
class ProcedureCancelled(Fact):
    """Staff broke a case off."""

    ticket_id: int
    case_id: int
    by_id: int


@fact("procedures.paused", subject=_SUBJECT)
class ProcedurePaused(Fact):
    """A case stands still until what paused it is undone: `cause` is spam, or merge where its procedure ran on both."""

    ticket_id: int
    case_id: int
    cause: str
    by_id: int


@fact("procedures.resumed", subject=_SUBJECT)
class ProcedureResumed(Fact):
    """What paused a case was undone; it goes on where it was."""

    ticket_id: int
    case_id: int
    cause: str
    by_id: int


@fact("procedures.drawn_for_review", subject=_SUBJECT)
class CaseDrawnForReview(Fact):
    """A finished case is to be looked at for its quality; `number` counts finished cases from the first."""

    ticket_id: int
    case_id: int
    review_id: int
    number: int


@fact("procedures.reviewed", subject=_SUBJECT)
class CaseReviewed(Fact):
    """Somebody rated how a finished case was led."""

    ticket_id: int
    case_id: int
    review_id: int
    rating: int
    by_id: int


@fact("procedures.case_moved", subject=_SUBJECT)
class CaseMoved(Fact):
    """A running case was moved to another version of its procedure, at the step it is in."""

    ticket_id: int
    case_id: int
    from_version_id: int
    to_version_id: int
    by_id: int


@fact("procedures.task_opened", subject=_SUBJECT)
class TaskOpened(Fact):
    """There is something to do for somebody."""

    ticket_id: int
    task_id: int
    by_id: int | None


@fact("procedures.task_taken", subject=_SUBJECT)
class TaskTaken(Fact):
    """Somebody took a task of their group, role or skill."""

    ticket_id: int
    task_id: int
    by_id: int


@fact("procedures.task_handed_over", subject=_SUBJECT)
class TaskHandedOver(Fact):
    """A task was given on with a note; `level` says where it went up the escalation path."""

    ticket_id: int
    task_id: int
    hand_over_id: int
    level: int | None
    by_id: int


@fact("procedures.task_done", subject=_SUBJECT)
class TaskDone(Fact):
    """A task is done."""

    ticket_id: int
    task_id: int
    outcome: str
    by_id: int | None


@fact("procedures.task_cancelled", subject=_SUBJECT)
class TaskCancelled(Fact):
    """A task is no longer needed."""

    ticket_id: int
    task_id: int
    by_id: int | None


@fact("procedures.task_overdue", subject=_SUBJECT)
class TaskOverdue(Fact):
    """A task was not done by its due moment."""

    ticket_id: int
    task_id: int


@fact("procedures.called_outside", subject=_SUBJECT)
class OutsideCalled(Fact):
    """A step called an outside system and is owed an answer."""

    ticket_id: int
    case_id: int
    visit_id: int
    system_id: int


@fact("procedures.outside_answered", subject=_SUBJECT)
class OutsideAnswered(Fact):
    """An outside system answered, or was given up."""

    ticket_id: int
    case_id: int
    visit_id: int
    outcome: str


@fact("procedures.children_told", subject=_SUBJECT)
class ChildrenTold(Fact):
    """The customers of a ticket's children were told something; some may not have been reached."""

    ticket_id: int
    notice_id: int
    told: int
    unreached: int
    by_id: int


@fact("procedures.children_imported", subject=_SUBJECT)
class ChildrenImported(Fact):
    """A list of those touched by the same thing became child tickets."""

    ticket_id: int
    import_id: int
    by_id: int
