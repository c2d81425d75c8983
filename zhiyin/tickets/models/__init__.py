"""The rows of tickets, by topic."""

from zhiyin.tickets.models.category import Category
from zhiyin.tickets.models.following import Follower, Mention
from zhiyin.tickets.models.ratings import Rating
from zhiyin.tickets.models.search import TicketSearch
from zhiyin.tickets.models.snoozing import Reminder
from zhiyin.tickets.models.threading import Participant, ThreadKey
from zhiyin.tickets.models.ticket import PREVIEW_LENGTH, Ticket, TicketQuerySet, within_reach
from zhiyin.tickets.models.timeline import Message, MessageAttachment
from zhiyin.tickets.models.writing import Draft, DraftEdit, DraftFile, ReplyLock
from zhiyin.tickets.models.view import GROUPINGS, SORTS, View, ViewCount, ViewPlace

__all__ = [
    "GROUPINGS",
    "PREVIEW_LENGTH",
    "SORTS",
    "Category",
    "Draft",
    "DraftEdit",
    "DraftFile",
    "Follower",
    "Mention",
    "Message",
    "MessageAttachment",
    "Participant",
    "Rating",
    "Reminder",
    "ReplyLock",
    "ThreadKey",
    "Ticket",
    "TicketQuerySet",
    "TicketSearch",
    "View",
    "ViewCount",
    "ViewPlace",
    "within_reach",
]
