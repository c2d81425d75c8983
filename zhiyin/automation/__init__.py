"""Automation: rules that the company writes itself. When something happens or the time has come, if the ticket is
such, then something is done to it.

Rules stand in one order that everybody sees; of one occasion each rule sees what those before it did, and one may be
the last. Conditions are the trees of tickets (zhiyin.tickets.fields), actions are those of macros and service levels
(zhiyin.tickets.actions), and what a rule does it does in nobody's name. What a rule brings about says so in the event
log, so that a rule never answers to itself and rules that call each other come to an end.

Words: rule and its versions, occasion (when: a happening or a time), happening (what a fact means to rules), run (one
rule on one ticket on one occasion: done, unchanged, failed or refused), sweep (looking which tickets a time rule is
due for), trial (a draft on the last tickets, nothing written), cycle (rules that would set each other off).

Facts: see events.py; `automation.rule_acted` stands on the ticket's timeline.
"""
