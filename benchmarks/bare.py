"""Settings of a bare project with the product's packages and nothing of ours: the floor
for how fast a process can start.
"""

import json
import os

#: What the benchmark found in the product's settings and is not ours.
_SAME = json.loads(os.environ["BARE_SETTINGS"])

SECRET_KEY = "only to start with"  # noqa: S105 - nothing is signed with it
INSTALLED_APPS = _SAME["apps"]
MIDDLEWARE = _SAME["middleware"]
TEMPLATES = _SAME["templates"]
AUTHENTICATION_BACKENDS = _SAME["backends"]
ROOT_URLCONF = "benchmarks.bare_urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "bare"}}
STATIC_URL = "static/"
USE_TZ = True
