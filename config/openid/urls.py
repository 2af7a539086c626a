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
    path(
        "accounts/saml/<slug:organization_slug>/login/",
        views.saml_login,
        name="saml_login",
    ),
    path(
        "accounts/saml/<slug:organization_slug>/acs/",
        views.saml_answer,
        name="saml_acs",
    ),
    path(
        "accounts/saml/<slug:organization_slug>/acs/finish/",
        views.saml_finish,
        name="saml_finish_acs",
    ),
    path(
        "accounts/saml/<slug:organization_slug>/metadata/",
        views.saml_metadata,
        name="saml_metadata",
    ),
    path(
        "accounts/saml/<slug:organization_slug>/sls/",
        views.no_saml_logout,
        name="saml_sls",
    ),
    path("settings/login-providers/", views.mapping, name="login_providers"),
]
