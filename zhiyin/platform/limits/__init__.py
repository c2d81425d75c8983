"""Rate limits that hold over all processes: so many times per so many seconds, for anything that has a name.

Words: limit (so many times per so many seconds), allowance (how much of it somebody has used up).
"""
