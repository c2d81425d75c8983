"""Procedures: complaints, refunds and promises led step by step to their end."""
