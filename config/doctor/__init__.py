"""The doctor: looks at everything an installation depends on, and says what to do.

Outsiders import from this package and never from its modules.
"""

from config.doctor.examining import examine
from config.doctor.finding import Finding, Health

__all__ = ["Finding", "Health", "examine"]
