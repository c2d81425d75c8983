from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from zhiyin.tickets.models.ticket import Ticket


class TicketSearch(models.Model):
    """The words of a ticket and its customer, for search. Kept beside the ticket so that its row stays light."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    document = SearchVectorField()
    last_message_at = models.DateTimeField()

    class Meta:
        indexes = [
            GinIndex(fields=["document"], name="ticket_search_document", gin_pending_list_limit=256),
            models.Index(fields=["-last_message_at", "-ticket"], name="ticket_search_recent"),
        ]
