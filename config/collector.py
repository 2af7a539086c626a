"""How often Python looks for garbage: less than it would by itself."""

from __future__ import annotations

import gc

#: Objects made before the collector looks at the young ones; Python's own is 700. A
#: long list makes tens of thousands that all live until it is sent.
_YOUNG = 50_000


def load_in_peace() -> None:
    """Call this before anything is loaded: nearly all of that lives on.

    Measured: a sixth of the time until a process could begin to work.
    """
    gc.set_threshold(_YOUNG, 20, 100)


def spare_the_collector() -> None:
    """Call this when everything is loaded: that is not looked at again.

    Measured: a quarter of the time of a long list was spent looking through all the
    modules for something to throw away.
    """
    gc.collect()
    gc.freeze()
