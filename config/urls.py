"""Every address of the product. `/healthz` and `/readyz` are answered earlier, by
`config.health`, because they must work for callers that know no host name.
"""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.security import security_txt

urlpatterns = [
    path(".well-known/security.txt", security_txt),
    path("admin/", admin.site.urls),
    # Ours also tells which browser, and looking at it ends nothing.
    path("accounts/sessions/", RedirectView.as_view(pattern_name="rollout:logins")),
    path("accounts/", include("allauth.account.urls")),
    # First, for the next one answers whatever is left of "api/v1/".
    path("api/v1/", include("notifications.api.urls")),
    path("api/v1/", include("rollout.api.urls")),
    path("", include("rollout.web.urls")),
    path("", include("notifications.web.urls")),
]
