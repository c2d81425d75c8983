"""Assistance: what machines make of what customers write, offered to people and rated by what they did with it.

Each message of a customer is read when it comes in: language, mood, risks, entities, what it is likely about. Beside a
ticket stand a summary, similar solved tickets and drafts. All of it works here, on this machine; an endpoint that speaks
the OpenAI protocol makes some of it better. What no local method does well is said to be not available.

Words: task (one thing asked: mood, category, summary, translation …), provider (who carries tasks out: `local`,
`endpoint`), finding (a result with model, version, confidence and evidence), reading (what is known of a ticket's last
words), use (a finding shown to somebody, and what they did with it: used, edited, dismissed), model version (a trained
classifier, of which one is active), pack (shipped categories to begin with), endpoint (a model elsewhere), budget (tokens
a day), keyword rule, dialogue (what the house has set to be answered, and to be asked for), turn (what a machine has asked back),
circuit (open after failures: nobody is kept waiting), masking (personal data put away before words leave).

Facts: see events.py; of tickets under `ticket:<id>`, of models and settings under `assist:<what>`.
"""
