"""Pages on which monitoring is run: rounds, values, indicators, ledgers, imports."""
