"""Every way a customer can reach us, and the ledger of what we sent back.

Inbound is stored raw before anything else, then understood, then told as `MessageReceived`. Outbound is
a delivery: owed, sent, and followed until it is delivered, bounced or failed.

Words: channel (one mailbox, widget or API inlet), provider (the code for a kind of channel), raw message
(what arrived, untouched), inbound message (what it says), delivery (one message owed to one customer).
"""
