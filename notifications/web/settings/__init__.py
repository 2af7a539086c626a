"""Settings that decide when people are reminded: ladders and calendar."""
