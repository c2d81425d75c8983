"""Routing: the right person for each piece of work, now, and why.

Work waits in queues; people bring skills and room. One pure function scores a piece of work against a person in named
terms; whoever is chosen is offered the work and the terms are kept with the decision. What waits only rises, so that
nobody waits for ever behind others.

Words: work (a ticket that wants somebody), queue (which work belongs together, how it is weighed and to whom it opens
in time), ring (to whom a queue opens after a while), skill (what somebody can, with a level), need (what work asks
for), room (what somebody may still take of a channel), offer (work held out to one person, to be accepted in time),
decision (who got what, and by which terms), rank (how urgent work is), fit (how well a person suits it).
"""
