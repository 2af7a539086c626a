"""Throws everything at the running API that its schema allows and forbids."""
