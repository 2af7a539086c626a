"""English as it is written in Denmark: day before month."""
