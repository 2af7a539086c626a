"""Every address of the product. `/healthz` and `/readyz` are answered earlier, by
`config.health`, because they must work for callers that know no host name.
"""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
]
# The parts are written at the same time; each address appears with its module.
for prefix, module in [
    ("api/v1/", "rollout.api"),
    ("", "rollout.web"),
    ("", "notifications.web"),
]:
    try:
        found = find_spec(f"{module}.urls")
    except ModuleNotFoundError:
        found = None
    if found:
        urlpatterns.append(path(prefix, include(f"{module}.urls")))
