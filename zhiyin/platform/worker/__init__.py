"""The worker process: sequences events, serves lanes, carries out effects, runs jobs and domain loops.

Any number of workers run side by side on any machines; each piece of work is claimed in the database.
"""
