"""Procedures: complaints, refunds and promises led step by step to their end.

A procedure is data: steps with a form, an owner, a clock and the outcomes that lead on. A case is one run of it on a
ticket, and stays on the version it began with. Each step opens a task for its owner; other departments get tasks beside it.

Words: procedure (its `definition`, in numbered versions), case (one run on one ticket), visit (one stay in one step),
task (what somebody is to do; its owner is a person, a group, a role or whoever has a skill), level (a rung of the
escalation path), hand-over (a task given on, with a note), outside system (asked or told by a signed call).

Facts: see events.py; each about a ticket is told under the subject `ticket:<id>`.
"""
