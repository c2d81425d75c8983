"""Trust: what is kept of people, how long, and what becomes of it then.

A retention rule says for a channel, a kind of channel or all of them that tickets are deleted or anonymised so many
days after they were over. A run applies one rule, in batches, each whole or not at all, and goes on where it was after
any crash. A legal hold keeps a ticket from every rule. What there is to forget, and how, is known by the domains beneath;
this one decides what and when.

Facts: `trust.rule_changed`, `trust.run_started`, `trust.run_ended`, `trust.ticket_held`, `trust.ticket_released`.
"""
