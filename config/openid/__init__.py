"""Logging in at somebody else's: any number of OpenID providers, from the settings."""
