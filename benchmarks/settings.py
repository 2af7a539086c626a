"""The product's settings, plus the addresses of the floors."""

from config.settings import *  # noqa: F403 - a layer over the one settings file

ROOT_URLCONF = "benchmarks.urls"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
