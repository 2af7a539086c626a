"""The reaction: who is told what, when, and proof that it arrived."""
