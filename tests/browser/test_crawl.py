"""Whoever looks around with scripts on meets no broken policy and no other host."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from rollout.models import Membership, User
from tests.browser.conftest import MORNING

pytestmark = [pytest.mark.browser, pytest.mark.long]

#: What the browser itself tells of a policy that was broken.
LISTEN = """
addEventListener("securitypolicyviolation", (told) =>
  console.error(`CSP: ${told.violatedDirective} ${told.blockedURI}`));
"""
#: Of links in drawings too, whose `href` is no text.
LINKS = """
all => all.map((one) => new URL(one.getAttribute("href"), document.baseURI).href)
"""
WHO = ("manager", "coordinator", "observer", "partner", "administrator", "anonymous")


def person_of(programme, who):
    if who == "administrator":
        return User.objects.create_superuser("driften@example.org", name="Driften")
    if who == "anonymous":
        return None
    held = Membership.objects.filter(programme=programme, role=who).first()
    if held is None:
        held = Membership.objects.create(
            programme=programme,
            role=who,
            user=User.objects.create_user("ny@example.org", name="Ny Person"),
        )
    return held.user


def cookies_of(person, url):
    if person is None:
        return []
    client = Client()
    person.tour_seen_at = MORNING
    person.save()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    name = django_settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": client.cookies[name].value, "url": url}]


def route_of(address):
    """Return the name of the route, so that each is looked at once; None: not ours."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None


@pytest.mark.parametrize("who", WHO)
def test_no_page_breaks_its_policy_or_asks_elsewhere(
    who, open_page, live_server, programme
):
    """Checklist 32: every kind of page that somebody finds by following links."""
    page = open_page()
    page.context.add_cookies(cookies_of(person_of(programme, who), live_server.url))
    page.add_init_script(LISTEN)
    said, asked = [], set()
    page.on("console", lambda one: said.append((page.url, one.text, one.type)))
    page.on("pageerror", lambda one: said.append((page.url, str(one), "error")))
    page.on("request", lambda one: asked.add(one.url))
    seen, ahead = set(), ["/", "/help/", "/admin/", "/accounts/login/"]

    while ahead:
        address = ahead.pop(0)
        route = route_of(address)
        if route is None or route in seen or "logout" in route:
            continue
        if "format=" in address or "/files/" in address or "export" in address:
            continue
        seen.add(route)
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            # A file to be saved is no page.
            continue
        if answer is None or not answer.ok:
            continue
        links = page.eval_on_selector_all("a[href]:not([download])", LINKS)
        ahead += [one for one in links if one.startswith(live_server.url)]

    errors = [one for one in said if one[2] == "error" and "status of 40" not in one[1]]
    assert errors == []
    assert {urlsplit(one).netloc for one in asked if not one.startswith("data:")} == {
        urlsplit(live_server.url).netloc
    }
    assert len(seen) > (3 if who == "anonymous" else 12)
