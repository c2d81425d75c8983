"""Custom fields as pure rules: what a definition may say, what value fits it, what a form shows and asks for."""
