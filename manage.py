#!/usr/bin/env python
"""Django's command line, with the embedded servers started when none are named."""

import os
import sys

from django.core.management import execute_from_command_line

from config import embedded

# These answer from the code alone; starting servers for them would only cost time.
NEEDS_NO_SERVER = {
    "check",
    "collectstatic",
    "compilemessages",
    "diagrams",
    "help",
    "makemessages",
    "spectacular",
    "version",
}


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if command not in NEEDS_NO_SERVER and "--help" not in sys.argv:
        embedded.start_for_settings()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
