"""What is known of texts without asking anybody outside: language, mood, personal data, what was wanted and promised."""
