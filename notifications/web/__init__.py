"""Fragments that pages of the domain load by address."""
