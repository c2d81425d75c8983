"""Business hours: when we are open, and how much working time lies between two moments.

Words: interval (open from one time of day to another, past midnight too), hours (a week of intervals, and
days that differ), calendar (hours with a name, kept as rows), day (one date that differs from its weekday:
closed, hours of its own, or a make-up working day 调休), official days (a country's, shipped as data).

`arithmetic` is pure and knows no rows, `timetable` lays it out for many questions;
`queries.hours_of` turns a calendar into what it computes with.
"""
