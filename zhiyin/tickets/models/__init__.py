"""The rows of tickets, by topic."""

from zhiyin.tickets.models.category import DEEPEST, Category
from zhiyin.tickets.models.field_files import FieldFile
from zhiyin.tickets.models.following import Follower, Mention
from zhiyin.tickets.models.forms import CustomField, Form, FormField
from zhiyin.tickets.models.ratings import Rating
from zhiyin.tickets.models.search import TicketSearch
from zhiyin.tickets.models.snoozing import Reminder
from zhiyin.tickets.models.statuses import FIXED, CustomStatus, TicketType
from zhiyin.tickets.models.templates import TicketTemplate
from zhiyin.tickets.models.threading import Participant, ThreadKey
from zhiyin.tickets.models.ticket import PREVIEW_LENGTH, Ticket, TicketQuerySet, within_reach
from zhiyin.tickets.models.timeline import Message, MessageAttachment
from zhiyin.tickets.models.view import GROUPINGS, SORTS, View, ViewCount, ViewPlace
from zhiyin.tickets.models.writing import Draft, DraftEdit, DraftFile, ReplyLock

__all__ = [
    "DEEPEST",
    "FIXED",
    "GROUPINGS",
    "PREVIEW_LENGTH",
    "SORTS",
    "Category",
    "CustomField",
    "CustomStatus",
    "Draft",
    "DraftEdit",
    "DraftFile",
    "FieldFile",
    "Follower",
    "Form",
    "FormField",
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
    "TicketTemplate",
    "TicketType",
    "View",
    "ViewCount",
    "ViewPlace",
    "within_reach",
]
