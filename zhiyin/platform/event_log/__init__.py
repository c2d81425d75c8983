"""The spine: facts recorded in the caller's transaction, put in one order, and reacted to exactly once.

`emit(fact)` inserts a pending event in the caller's transaction. The sequencer (one at a time) moves
committed events into the log under a dense `position`. Subscribers follow the log with a cursor per
lane; their effects in our database and the cursor move in one transaction. A failing event parks its
subject for that subscriber only.

Words: fact (what happened, past tense), subject (what orders facts among themselves), position (place
in the one order), subscriber (who reacts), lane (a share of the subjects), parked (waiting for a retry).
"""
