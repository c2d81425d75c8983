"""Who really wrote, where no server we believe has looked: SPF, DKIM and DMARC, checked here.

Only for mailboxes that were told to, since it asks DNS. Whatever goes wrong, the mail is taken in: what could not be
asked counts as not checked.
"""
