"""Writes, by topic. Each is one transaction that ends by telling what happened."""
