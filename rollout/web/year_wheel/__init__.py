"""The year wheel: a programme's year by month, as a wheel and in words."""
