"""The customer portal at `/my`: a customer signs in by a link in their mail, reads their tickets, answers, closes, rates.

Words: portal (the pages at /my), sign-in link (valid for half an hour, once), portal session (one sign-in of a customer
on one device). A customer is whoever proves an address that we know somebody by. Pages are made on the server and work
without scripts.
"""
