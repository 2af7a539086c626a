"""Every address of the product. `/healthz` and `/readyz` are answered earlier, by
`config.health`, because they must work for callers that know no host name.
"""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config.security import security_txt

# Its own login would ask for a password alone.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
the_admin = [path("admin/", admin.site.urls)] if settings.ADMIN_ENABLED else []

urlpatterns: list[URLPattern | URLResolver] = [
    path(".well-known/security.txt", security_txt),
    *the_admin,
    # Ours also tells which browser, and looking at it ends nothing.
    path("accounts/sessions/", RedirectView.as_view(pattern_name="rollout:logins")),
    # Managers enter addresses; allauth's page would let people change them, by looking.
    path("accounts/email/", RedirectView.as_view(pattern_name="notifications:profile")),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
    path("", include("config.openid.urls")),
    # First, for the next one answers whatever is left of "api/v1/".
    path("api/v1/", include("notifications.api.urls")),
    path("api/v1/", include("rollout.api.urls")),
    path("", include("rollout.web.urls")),
    path("", include("notifications.web.urls")),
]

handler500 = "config.failures.server_error"
