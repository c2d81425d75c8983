"""Answering by itself: whether what was found answers a question, how sure that is, and when to leave it to people.

All here is pure but `finding`, which asks the knowledge base. What is done with it is in `commands.answering`.
"""
