"""Links of the menus: which page one is on, and which programme one came from."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict
from django.template.defaulttags import querystring
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

register = template.Library()

_HERE = SafeString(' aria-current="page"')


@register.simple_tag(takes_context=True)
def menu_link(
    context: dict[str, Any], section: str, view: str, label: str
) -> SafeString:
    """Link from the main menu; ``nav`` in the context names the section one is in."""
    here = _HERE if context.get("nav") == section else ""
    return format_html('<a href="{}"{}>{}</a>', _address(context, view), here, label)


@register.simple_tag(takes_context=True)
def side_link(context: dict[str, Any], tab: str, view: str, label: str) -> SafeString:
    """Link from a side menu; ``tab`` in the context names the page one is on."""
    is_here = context.get("tab") == tab
    return format_html(
        '<li{}><a class="nav-link" href="{}"{}><span>{}</span></a></li>',
        SafeString(' class="active current"') if is_here else "",
        *(_address(context, view), _HERE if is_here else "", label),
    )


@register.filter
def manages(user: Any) -> bool:
    """Say whether the person may change the settings of any programme."""
    return user.is_authenticated and any(
        user.has_perm("rollout.edit_programme", membership.programme)
        for membership in user.memberships.all()
    )


@register.filter
def wants_tour(user: Any) -> bool:
    """Say whether the person runs a programme and has not seen the tour."""
    return user.is_authenticated and user.tour_seen_at is None and manages(user)


@register.simple_tag(takes_context=True)
def tab_link(context: dict[str, Any], tab: str, view: str, label: str) -> SafeString:
    """Link between the pages of one section; ``tab`` in the context names the page."""
    here = _HERE if context.get("tab") == tab else ""
    return format_html(
        '<li><a class="tab-button" href="{}"{}><span>{}</span></a></li>',
        *(_address(context, view), here, label),
    )


@register.simple_tag(takes_context=True)
def view_to_save(context: dict[str, Any]) -> str:
    """Return the page's address if it is a list that one filtered or sorted, else "".

    Which page of the list one looks at, and which programme, is no view of one's own.
    """
    request, user = context.get("request"), context.get("user")
    if request is None or user is None or not user.is_authenticated:
        return ""
    if request.method != "GET" or context.get("nav") in {None, "search"}:
        return ""
    query = request.GET.copy()
    query.pop("page", None)
    chosen = {name for name in query if query[name]} - {"programme"}
    return f"{request.path}?{query.urlencode()}" if chosen else ""


@register.simple_tag(takes_context=True)
def here(context: template.RequestContext, **changes: object) -> str:
    """Return this page's address with another query; None takes a part out of it.

    Where a form was refused, the page stands at an address that takes only forms: its
    links then lead to ``page_url``.
    """
    request = context.request
    page = str(context.get("page_url") or "") if request.method == "POST" else ""
    path, _mark, query = page.partition("?")
    asked = QueryDict(query) if page else request.GET
    return f"{path}{querystring(context, asked, **changes)}"


def _address(context: dict[str, Any], view: str) -> str:
    """Return the address; who takes part in several programmes stays in this one."""
    address = reverse(view)
    user, programme = context.get("user"), context.get("programme")
    if not programme or user is None or not user.is_authenticated:
        return address
    if len(user.memberships.all()) <= 1:
        return address
    return f"{address}?{urlencode({'programme': programme.code})}"
