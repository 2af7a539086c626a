"""Addresses of logging in at a provider, by the names that `allauth` calls them."""

from allauth.socialaccount.views import login_cancelled, login_error
from django.urls import path

from config.openid import views

urlpatterns = [
    path("accounts/providers/", views.connections, name="socialaccount_connections"),
    path(
        "accounts/providers/cancelled/",
        login_cancelled,
        name="socialaccount_login_cancelled",
    ),
    path("accounts/providers/error/", login_error, name="socialaccount_login_error"),
    path(
        "accounts/oidc/<slug:provider_id>/login/",
        views.login,
        name="openid_connect_login",
    ),
    path(
        "accounts/oidc/<slug:provider_id>/login/callback/",
        views.callback,
        name="openid_connect_callback",
    ),
    path("settings/login-providers/", views.mapping, name="login_providers"),
]
