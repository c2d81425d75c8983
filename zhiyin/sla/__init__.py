"""Service levels: which promises of time a ticket is under, and how each of them stands.

A policy promises times to the tickets that meet its conditions; of each track (the customer's, our own, the
regulator's) the first policy that fits holds. Its clocks are a pure function of the policy, the business hours and
the ticket's history, which is in the event log: `clocks.replay`. Rows keep what came out, so that lists can show it
and timers can wake us.

Words: policy and its versions (what is promised; a ticket says under which version it runs), track (to whom),
metric (what is timed), clock (one promise on one ticket: activated, paused, resumed, fulfilled, cancelled), target,
level (a share of the target at which something is done), breach (100 % of it), cause (why clocks pause: approval).

Facts: see events.py; each is told under the subject `ticket:<id>`, policies under `policy:<id>`.
"""
