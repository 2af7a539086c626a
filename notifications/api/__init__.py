"""The ledger and the forecast of reminders, for programs."""
