"""Demo data: one believable company, Luting (鹿汀智能), with its people, customers and months of conversations.

Deterministic by seed and moment. Everything a conversation leaves behind goes in as the domains would have
left it (messages with their sources, thread keys, search entries, the history in the event log), but by COPY,
so that a million tickets take minutes.

Words: story (how a case goes, written in `stories/`), case (a story happening to a customer), chunk (cases
made together by one process), load (all rows of a demo, in one transaction).
"""
