"""Every address of the product. `/healthz` and `/readyz` are answered earlier, by
`config.health`, because they must work for callers that know no host name.
"""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/", include("rollout.api.urls")),
    path("", include("rollout.web.urls")),
    path("", include("notifications.web.urls")),
]
