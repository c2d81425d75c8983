"""Screens and API pages that compose several domains: session, ticket page, customer page, search."""
