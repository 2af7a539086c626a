"""Makes a fresh clone ready to run: the first step of every make target.

Runs with the machine's own Python before anything is installed, so it imports only the
standard library, and nothing of this project. Each step leaves a mark of what it was
made from and is skipped while that is unchanged.
"""
