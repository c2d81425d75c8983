"""The help centre at `/help`: what customers may read, found by searching or by category, in both languages.

Pages are made on the server and work without scripts; a small script only suggests while somebody types. Visitors who are
signed in at `/my` see what is for them too. Whoever still needs help goes on into the chat or a form, and what they read
goes with them.
"""
