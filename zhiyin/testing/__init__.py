"""What the tests stand on: a throw-away PostgreSQL and settings for it. Not part of the wheel."""
