"""What must hold among the values of one entry; the database insists on the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

#: A field's name, what is wrong with it, and what to do.
Finding = tuple[str, str, str]
Check = Callable[[Mapping[str, Any]], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One thing that must hold, and the fields that it is about."""

    about: frozenset[str]
    check: Check


def broken(
    kind_name: str, values: Mapping[str, Any], *, unread: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong among the values of an entry of this kind.

    Nothing is said about fields that could not be read.
    """
    for rule in _RULES.get(kind_name, ()):
        if rule.about.isdisjoint(unread):
            yield from rule.check(values)


def _about(*names: str) -> Callable[[Check], Rule]:
    return lambda check: Rule(frozenset(names), check)


def _in_order(first: str, last: str, *, may_be_equal: bool = True) -> Rule:
    @_about(first, last)
    def rule(values: Mapping[str, Any]) -> Iterator[Finding]:
        start, end = values.get(first), values.get(last)
        if start is None or end is None or type(start) is not type(end):
            return
        if start > end or (start == end and not may_be_equal):
            yield (
                last,
                _("“%(last)s” lies before “%(first)s”.")
                % {"last": last, "first": first},
                _("Correct one of the two dates."),
            )

    return rule


@_about("direction", "threshold")
def _threshold(values: Mapping[str, Any]) -> Iterator[Finding]:
    keeps_below = values.get("direction") == "keep_below"
    if "direction" not in values:
        return
    if keeps_below and values.get("threshold") is None:
        yield (
            "direction",
            _("“keep_below” says below what."),
            _("Add it: %(key)s: %(type)s.") % {"key": "threshold", "type": "6"},
        )
    if not keeps_below and values.get("threshold") is not None:
        yield (
            "threshold",
            _("A threshold belongs to the direction “keep_below” only."),
            _("Delete it, or change the direction."),
        )


@_about("baseline", "baseline_missing_reason")
def _baseline(values: Mapping[str, Any]) -> Iterator[Finding]:
    if values.get("baseline") is None and not values.get("baseline_missing_reason"):
        yield (
            "baseline",
            _("There is no baseline, and no reason for it."),
            _("Give “baseline”, or say why in “baseline_missing_reason”."),
        )


@_about("role", "partner", "head")
def _partner_role(values: Mapping[str, Any]) -> Iterator[Finding]:
    if values.get("role") == "partner" and not values.get("partner"):
        yield (
            "role",
            _("A person in the role partner acts for a partner."),
            _("Add it: %(key)s: %(type)s.") % {"key": "partner", "type": _("one code")},
        )
    if values.get("head") and not values.get("partner"):
        yield (
            "head",
            _("The head of what?"),
            _("Add it: %(key)s: %(type)s.") % {"key": "partner", "type": _("one code")},
        )


@_about("state", "launched_on", "proposal")
def _activity(values: Mapping[str, Any]) -> Iterator[Finding]:
    state = values.get("state", "planned")
    is_running = state in ("launched", "evaluated")
    if is_running and values.get("launched_on") is None:
        yield (
            "state",
            _("The date of the launch is missing."),
            _("Add “launched_on” with the date."),
        )
    if "state" not in values and values.get("launched_on"):
        # With a stated state it is one that was launched and then adjusted.
        yield (
            "launched_on",
            _("It has a launch date and is not launched."),
            _("Use “planned_launch_on”, or write “state: launched”."),
        )
    if values.get("proposal") and state not in ("planned", "discontinued"):
        yield (
            "proposal",
            _("What has begun is no proposal."),
            _("Delete “proposal”, or write “state: planned”."),
        )


def _with_state(date_name: str, states: tuple[str, ...], start: str) -> Rule:
    """Return the rule that a date stands there exactly in some states."""

    @_about(date_name, "state")
    def rule(values: Mapping[str, Any]) -> Iterator[Finding]:
        state = values.get("state", start)
        if state in states and values.get(date_name) is None:
            yield (
                "state",
                _("The state “%(state)s” has a date.") % {"state": state},
                _("Add “%(key)s” with the date.") % {"key": date_name},
            )
        if state not in states and values.get(date_name) is not None:
            yield (
                date_name,
                _("In the state “%(state)s” there is no such date.") % {"state": state},
                _("Delete it, or correct the state."),
            )

    return rule


@_about("outcome", "decided_on")
def _outcome(values: Mapping[str, Any]) -> Iterator[Finding]:
    is_open = values.get("outcome", "awaiting") == "awaiting"
    if is_open == (values.get("decided_on") is None):
        return
    yield (
        "decided_on" if is_open else "outcome",
        _("“decided_on” and “outcome” contradict each other."),
        _("Give both once it is decided, and neither before."),
    )


@_about("before_launch", "offset_days")
def _before_launch(values: Mapping[str, Any]) -> Iterator[Finding]:
    if values.get("before_launch") and (values.get("offset_days") or 0) > 0:
        yield (
            "offset_days",
            _("It must be done before the launch and falls after it."),
            _("Write 0 or a negative number, or delete “before_launch”."),
        )


_RULES: dict[str, tuple[Rule, ...]] = {
    "programme": (_in_order("starts_on", "ends_on", may_be_equal=False),),
    "phase": (_in_order("starts_on", "ends_on", may_be_equal=False),),
    "closing_period": (_in_order("starts_on", "ends_on"),),
    "grant": (_in_order("starts_on", "ends_on"),),
    "objective": (_threshold,),
    "indicator": (_threshold, _baseline),
    "target": (_in_order("period_start", "period_end"),),
    "reporting_period": (_in_order("starts_on", "ends_on"),),
    "data_request": (_in_order("period_start", "period_end"),),
    "person": (_partner_role,),
    "activity": (_activity,),
    "condition": (_outcome,),
    "milestone": (_with_state("done_on", ("done",), "open"),),
    "milestone_template": (_before_launch,),
    "monitoring_round": (
        _in_order("period_start", "period_end"),
        _with_state("agreed_on", ("agreed", "submitted", "approved"), "expected"),
    ),
    "measurement": (_in_order("period_start", "period_end"),),
}
