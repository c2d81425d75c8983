"""The people who work here: staff, groups, roles and what each may do.

Words: staff (a person with an account), group (a team that shares work), role (a named set of
permissions), scope (how far a permission reaches: own, group or all), token (a key for a program).
"""
