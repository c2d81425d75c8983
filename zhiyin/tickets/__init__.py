"""Tickets: one case, one timeline over all channels. The exemplary domain: model others on it.

A customer's message opens a ticket or joins the one it belongs to; staff claim it, answer, note, resolve.

Words: ticket (one case), message (an entry of its timeline: inbound, outbound or note), participant
(an address that takes part), thread key (what later messages may refer to), claim (take an unassigned
ticket), waiting (the customer wrote last and nobody answered since).

Facts: see events.py; each is told under the subject `ticket:<id>`.
"""
