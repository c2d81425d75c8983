"""What tickets can be chosen by: one small declaration per field, and the trees of conditions made of them.

Words: field (something of a ticket that a condition may ask about), kind (what sort of value it has, and with it the
operators), condition (field, operator, value), tree (conditions joined by all, any and none), viewpoint (who asks and
when: `me` and `the last 7 days` mean something only to somebody at some moment).

A domain above adds its own fields with `register` when it starts; tickets know nothing of it.
"""
