"""Keys that can't be guessed, in letters that survive mail addresses and URLs of any case."""

import secrets


def new_key() -> str:
    return secrets.token_hex(10)
