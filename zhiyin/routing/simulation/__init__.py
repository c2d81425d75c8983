"""A centre in the computer: what would have happened under another policy, or with other people.

`erlang` has the exact values of the two classic models, against which `centre`, the simulation by discrete events, is
checked. `making` makes contacts from parameters, `history` from what the queues lived through. The people of a
simulation are given work by the same engine and the same scores as in earnest.
"""
