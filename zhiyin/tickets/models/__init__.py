"""The rows of tickets, by topic."""

from zhiyin.tickets.models.bulk import BulkChange, BulkItem
from zhiyin.tickets.models.category import DEEPEST, Category
from zhiyin.tickets.models.checklists import Checklist, ChecklistItem, ChecklistTemplate
from zhiyin.tickets.models.export import Export
from zhiyin.tickets.models.field_files import FieldFile
from zhiyin.tickets.models.following import Follower, Mention
from zhiyin.tickets.models.forms import CustomField, Form, FormField
from zhiyin.tickets.models.macros import Macro, MacroFile, MacroUse
from zhiyin.tickets.models.ratings import Rating
from zhiyin.tickets.models.relations import HintDismissal, Merge, TicketLink
from zhiyin.tickets.models.search import TicketSearch
from zhiyin.tickets.models.snoozing import Reminder
from zhiyin.tickets.models.sources import KnowledgeUse
from zhiyin.tickets.models.spam import SpamMark
from zhiyin.tickets.models.statuses import FIXED, CustomStatus, TicketType
from zhiyin.tickets.models.templates import TicketTemplate
from zhiyin.tickets.models.threading import Participant, ThreadKey
from zhiyin.tickets.models.ticket import PREVIEW_LENGTH, Ticket, TicketQuerySet, within_reach
from zhiyin.tickets.models.timeline import Message, MessageAttachment
from zhiyin.tickets.models.times import LONGEST_MINUTES, Activity, Stopwatch, TimeEntry
from zhiyin.tickets.models.view import GROUPINGS, SORTS, View, ViewCount, ViewPlace
from zhiyin.tickets.models.wording import WordingNote, WordingRule
from zhiyin.tickets.models.writing import Draft, DraftEdit, DraftFile, ReplyLock

__all__ = [
    "DEEPEST",
    "FIXED",
    "GROUPINGS",
    "LONGEST_MINUTES",
    "PREVIEW_LENGTH",
    "SORTS",
    "Activity",
    "BulkChange",
    "BulkItem",
    "Category",
    "Checklist",
    "ChecklistItem",
    "ChecklistTemplate",
    "CustomField",
    "CustomStatus",
    "Draft",
    "DraftEdit",
    "DraftFile",
    "Export",
    "FieldFile",
    "Follower",
    "Form",
    "FormField",
    "HintDismissal",
    "KnowledgeUse",
    "Macro",
    "MacroFile",
    "MacroUse",
    "Mention",
    "Merge",
    "Message",
    "MessageAttachment",
    "Participant",
    "Rating",
    "Reminder",
    "ReplyLock",
    "SpamMark",
    "Stopwatch",
    "ThreadKey",
    "Ticket",
    "TicketLink",
    "TicketQuerySet",
    "TicketSearch",
    "TicketTemplate",
    "TicketType",
    "TimeEntry",
    "View",
    "ViewCount",
    "ViewPlace",
    "WordingNote",
    "WordingRule",
    "within_reach",
]
