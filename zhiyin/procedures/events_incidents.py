"""What happens to incidents and surveys, in the past tense; ids only."""

from zhiyin.platform.event_log.facts import Fact, fact

_INCIDENT = "incident:{incident_id}"
_TICKET = "ticket:{ticket_id}"


@fact("procedures.incident_opened", subject=_INCIDENT)
class IncidentOpened(Fact):
    """Something is broken for many, and has a name now."""

    incident_id: int
    by_id: int


@fact("procedures.incident_resolved", subject=_INCIDENT)
class IncidentResolved(Fact):
    """It works again; the tickets that wait for it come back and their customers are told."""

    incident_id: int
    by_id: int


@fact("procedures.incident_linked", subject=_TICKET)
class TicketLinkedToIncident(Fact):
    """The ticket is about an incident."""

    ticket_id: int
    incident_id: int
    by_id: int


@fact("procedures.incident_unlinked", subject=_TICKET)
class TicketUnlinkedFromIncident(Fact):
    """The ticket is not about that incident after all."""

    ticket_id: int
    incident_id: int
    by_id: int


@fact("procedures.incident_over", subject=_TICKET)
class IncidentOverForTicket(Fact):
    """What the ticket waited for is over: it is back in front; `told` when its customer was told."""

    ticket_id: int
    incident_id: int
    told: bool
    by_id: int


@fact("procedures.survey_sent", subject=_TICKET)
class SurveySent(Fact):
    """The requester was asked how they found it."""

    survey_id: int
    ticket_id: int


@fact("procedures.survey_answered", subject=_TICKET)
class SurveyAnswered(Fact):
    """The requester answered; `late` when that took longer than it should."""

    survey_id: int
    ticket_id: int
    variant: str
    late: bool
