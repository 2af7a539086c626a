"""Views: they read the clock, ask once, and show."""
