"""The ledger and the forecast of reminders, and webhooks, for programs."""
