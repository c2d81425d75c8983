"""How staff sign in: our side of django-allauth. No sign-up, mail through the ledger, everything told."""
