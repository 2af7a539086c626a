"""Danish as these pages write it."""
