"""The one signal by which the mechanism tells the layers above what happened."""

from django.dispatch import Signal

#: Sent inside the transaction, after state and history are written.
#: Arguments: ``sender`` the model class, ``obj`` the fresh object, ``record`` its
#: new history row. Receivers only insert rows: one that raises undoes the
#: transition. Sent with ``send``, never ``send_robust``.
transitioned = Signal()
