"""A model elsewhere: the OpenAI protocol as it is on the wire, prompts with versions, budget, circuit."""
