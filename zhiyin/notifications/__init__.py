"""Notifications: who hears of what, by which way, and why.

Facts of every domain below are turned into notices for people: by a reason (what makes it somebody's
business), by the ways that person chose for the reason, and past rules that hold back: never for what one
did oneself, never for what one may not see, never hundreds. Every decision is kept for a while, so that
"why did I get this" and "why did I not" have an answer.

Words: notification (a row of somebody's bell, which grows while it is unread), reason (why somebody hears
of something), way (app, mail, push, digest), decision (what was decided for one person on one fact, and by
which rule), sending (one mail or push that was owed), bundle (what grows into one notification), mass
(many at once, told as one), mute (not to hear of a ticket), quiet hours.

Facts: none of its own; live streams are told by fleeting messages.
"""
