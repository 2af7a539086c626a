"""The plan as a file: read, check, compare with the database, apply, export.

``schema`` says what a plan file may hold; everything else follows it. The order of
work is ``reader`` (bytes to a tree with line numbers), ``document`` (tree to typed
entries), ``checks`` (entries against each other), ``rows`` (the same entries as the
database holds them), ``diff``, ``apply`` and ``export``.
"""
