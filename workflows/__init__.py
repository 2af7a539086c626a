"""The mechanism: guarded state machines with a history that can be proved.

This package knows nothing of housing programmes. It owns no concrete tables;
a domain subclasses :class:`~workflows.models.StatefulModel` and
:class:`~workflows.models.TransitionRecord` and calls
:func:`workflows.engine.perform`.
"""
