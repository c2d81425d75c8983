"""The customer portal as a channel: what customers write at `/my`.

Answers show there, and go by mail through the mailbox that the channel names, so that nobody has to look.
"""
