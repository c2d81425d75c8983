"""Trust: what is kept of people, how long, and what becomes of it then."""
