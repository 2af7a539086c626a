"""The addresses of the API; each translates, makes one call, and translates back."""
