"""The door for web servers."""

import os

from django.core.wsgi import get_wsgi_application

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

embedded.start_for_settings()
application = get_wsgi_application()
