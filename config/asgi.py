"""The door for those who listen: `uvicorn config.asgi:application`.

Everything else is served by `config.wsgi`; a proxy sends `/api/v1/events/` here.
"""

import os

import django

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

embedded.start_for_settings()
django.setup(set_prefix=False)

# Only now can anything be imported that needs the models.
from rollout.api.events import Events  # noqa: E402

application = Events()
