from zhiyin.routing.models.settings import KindRule, Queue, QueueRing, SkillNeed, StaffLimit
from zhiyin.routing.models.trying import Simulation
from zhiyin.routing.models.work import Decision, Offer, Pool, Seat, WorkItem

__all__ = [
    "Decision",
    "KindRule",
    "Offer",
    "Pool",
    "Queue",
    "QueueRing",
    "Seat",
    "Simulation",
    "SkillNeed",
    "StaffLimit",
    "WorkItem",
]
