"""The people who write to us: one customer, many identities.

Words: customer (a person or their company's contact), identity (an address we know them by: e-mail,
phone, chat visitor, an id in another system).
"""
