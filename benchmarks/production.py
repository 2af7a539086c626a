"""The product's settings, except that reminders leave at any hour: a load may run at
night and would otherwise send none.
"""

from config.settings import *  # noqa: F403 - a layer over the one settings file

SENDING_WINDOW_IGNORED = True
