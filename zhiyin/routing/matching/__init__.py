"""Who gets what: one event at a time (`engine`), or all that waits and all who are free at once (`replan`).

Neither knows a database. Work that needs the same of people shares a pool; a pool has the work in order of rank and the
people in order of fit. Both orders stay as they are while time passes, so an event looks at the heads of few pools and
not at what waits.
"""
