"""The HTTP kit: problem details (RFC 9457), keyset pages, languages."""
