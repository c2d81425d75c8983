"""The people who work here: staff, groups, roles and what each may do; how they come in, and that they do so safely.

Words: *staff* (a person with an account), *group* (a team that shares work), *role* (a named set of
permissions; shipped ones keep their grants), *scope* (how far a permission reaches: own, group or all),
*token* (a key for a program, acting as its owner within its scopes), *invitation* (a place kept for
somebody by address), *company* (the one organisation of this installation).

`access.py` names who is asking, `policies.py` who may change whose access, `signing_in/` is our side of
django-allauth, `setup.py` the first start. Every change is told as a fact and in the audit trail.

Events: events.py. Subjects: staff:…, group:…, role:…, invitation:…, company:1.
"""
