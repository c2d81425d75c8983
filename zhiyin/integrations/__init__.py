"""Telling other programs what happens here: web-hooks, by Standard Webhooks.

A web-hook follows some kinds of facts. For each such fact a delivery is owed to it, sent signed, tried
again with growing waits, and can be sent again by hand. A delivery names the fact's ids and, as of the
moment it leaves, the ticket, message and customer they point to. Whoever fails for days is switched off
and its owner told.

Words: web-hook (an address and the facts it follows), delivery (one fact owed to one web-hook), try (one
POST), ping (a delivery that tells of nothing, to test with).
"""
