"""What the pages of monitoring show: objectives, how each stands, and its figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django import forms
from django.db.models import QuerySet
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from rollout.figures import Breakdown, IndicatorFigures, Light, Series, figures_of
from rollout.figures.chart import chart_of
from rollout.figures.series import worst_of
from rollout.figures.words import told_value
from rollout.masking import in_words
from rollout.models import FocusArea, Indicator, Objective, Programme, User
from rollout.tables import Table
from rollout.templatetags.lights import light
from rollout.web.narrowing import ScopeForm

#: How many periods the page of one objective shows.
WHOLE = 40


_ROW = (
    '<tr role="row"><th scope="row" role="rowheader">{name}</th>'
    '<td role="cell"><span class="sheet-label">{newest_label}: </span>'
    '<strong>{value}</strong><br><span class="check-note">{period},'
    " <span{late}>{age}</span></span></td>"
    '<td role="cell"><span class="sheet-label">{before_label}: </span>{before}</td>'
    '<td role="cell">{light}</td></tr>'
)
_HEAD = '<th scope="col" role="columnheader">{}</th>'
_LATE = SafeString(' class="late"')


@lru_cache(maxsize=8)
def _row_in(_language: str | None) -> str:
    """Return the pattern of a row, its labels in the active language."""
    labels = {"{newest_label}": _("Newest"), "{before_label}": _("Before")}
    row = _ROW
    for label, words in labels.items():
        row = row.replace(label, escape(words))
    return row


@lru_cache(maxsize=8)
def _head_in(_language: str | None) -> SafeString:
    """Return the headings of the columns in the active language."""
    columns = (_("Where"), _("Newest"), _("Before"), _("Standing"))
    return format_html_join("", _HEAD, ((column,) for column in columns))


class FiguresForm(ScopeForm):
    """Which figures to show, and by what they are told apart."""

    phase = None  # type: ignore[assignment]
    partner = None  # type: ignore[assignment]
    by = forms.ChoiceField(
        label=gettext_lazy("Shown"),
        choices=Breakdown.choices,
        required=False,
    )

    @property
    def breakdown(self) -> Breakdown:
        """By what values are told apart; by place unless somebody chose."""
        return Breakdown(self.cleaned_data.get("by") or Breakdown.PLACE)


@dataclass(frozen=True)
class Row:
    """One series in the table beside a chart, in words."""

    series: Series

    @property
    def value(self) -> str:
        """The newest value."""
        return told_value(self.series.newest)

    @property
    def before(self) -> str:
        """The value before it, if any."""
        return told_value(self.series.before) if self.series.before else ""

    @property
    def drawn(self) -> SafeString:
        """The row of the table; in code, because a page has hundreds."""
        one = self.series
        return format_html(
            _row_in(get_language()),
            name=one.name,
            value=self.value,
            period=one.newest.period,
            late=_LATE if one.is_stale else "",
            age=one.age,
            before=self.before or "–",
            light=light(one.verdict.light),
        )


@dataclass(frozen=True)
class Shown:
    """An indicator with its drawing and the rows of its table."""

    figures: IndicatorFigures

    @property
    def indicator(self) -> Indicator:
        """The indicator."""
        return self.figures.indicator

    @cached_property
    def chart(self) -> SafeString:
        """The drawing; empty where there are no values."""
        return chart_of(self.figures, key=str(self.indicator.pk))

    @property
    def baseline(self) -> str:
        """Where it stood at the beginning, as the person may see it; empty for none."""
        return in_words(self.figures.baseline, self.indicator)

    @property
    def head(self) -> SafeString:
        """The headings of the table; in code, because a page has hundreds."""
        return _head_in(get_language())

    @property
    def body(self) -> SafeString:
        """The rows of the table."""
        return SafeString("".join(row.drawn for row in self.rows))

    @cached_property
    def rows(self) -> list[Row]:
        """One row for each place, or age band there."""
        return [Row(one) for one in self.figures.series]

    @cached_property
    def periods(self) -> list[str]:
        """The names of all periods, the newest first."""
        found = {
            (p.period_end, p.period_start): p.period
            for one in self.figures.series
            for p in one.points
        }
        return [found[key] for key in sorted(found, reverse=True)]

    @cached_property
    def grid(self) -> list[tuple[str, list[str]]]:
        """Every value: a row for each period, a column for each series."""
        told = [
            {p.period: told_value(p) for p in one.points} for one in self.figures.series
        ]
        return [
            (period, [one.get(period, "–") for one in told]) for period in self.periods
        ]


@dataclass(frozen=True)
class ShownObjective:
    """An objective with its indicators."""

    objective: Objective
    indicators: Sequence[Shown]

    @property
    def light(self) -> Light:
        """The light of the indicator that asks most for attention."""
        return worst_of(one.figures for one in self.indicators)


@dataclass(frozen=True)
class ShownArea:
    """A focus area with its objectives."""

    area: FocusArea
    objectives: Sequence[ShownObjective]


def indicators_seen_by(user: User, programme: Programme) -> QuerySet[Indicator]:
    """Return the programme's indicators in the order of the agreement."""
    found: QuerySet[Indicator] = (
        Indicator.objects.visible_to(user)
        .in_order()
        .filter(objective__focus_area__programme=programme)
        .select_related("objective__focus_area__programme", "delivered_by")
    )
    return found


def objectives_seen_by(user: User, programme: Programme) -> QuerySet[Objective]:
    """Return the programme's objectives in the order of the agreement."""
    found: QuerySet[Objective] = (
        Objective.objects.visible_to(user)
        .in_order()
        .filter(focus_area__programme=programme)
        .select_related("focus_area__programme")
    )
    return found


def areas_of(
    objectives: Sequence[Objective], figures: Sequence[IndicatorFigures]
) -> Iterator[ShownArea]:
    """Yield the areas with what is measured in each; objectives without figures too."""
    found: dict[int, list[Shown]] = {one.pk: [] for one in objectives}
    for one in figures:
        found[one.indicator.objective_id].append(Shown(one))
    areas: dict[int, list[ShownObjective]] = {}
    names: dict[int, FocusArea] = {}
    for objective in objectives:
        names[objective.focus_area_id] = objective.focus_area
        areas.setdefault(objective.focus_area_id, []).append(
            ShownObjective(objective, found[objective.pk])
        )
    for key, shown in areas.items():
        yield ShownArea(names[key], shown)


def read(
    programme: Programme, form: FiguresForm, *, user: User, on: date
) -> list[ShownArea]:
    """Read all that the overview shows, in as many queries whatever there is."""
    chosen = form.cleaned_data
    objectives = objectives_seen_by(user, programme)
    indicators = indicators_seen_by(user, programme)
    if area := chosen.get("focus_area"):
        objectives = objectives.filter(focus_area=area)
        indicators = indicators.filter(objective__focus_area=area)
    figures = figures_of(
        indicators,
        user=user,
        on=on,
        breakdown=form.breakdown,
        place=chosen.get("place"),
    )
    return list(areas_of(list(objectives), figures))


def lights_of(areas: Sequence[ShownArea]) -> list[tuple[Light, int]]:
    """Count the indicators by their light, in the order of the lights."""
    every = [
        shown.figures.verdict.light
        for area in areas
        for objective in area.objectives
        for shown in objective.indicators
    ]
    return [(light, every.count(light)) for light in Light]


def table_of(areas: Sequence[ShownArea]) -> Table:
    """Return the newest figures as a list for a spreadsheet."""
    columns = [
        *(_("Focus area"), _("Objective"), _("Indicator"), _("Unit"), _("Where")),
        *(_("Period"), _("Value"), _("Before"), _("Age in days"), _("Light")),
        _("Why"),
    ]
    rows = [
        (
            *(area.area.name, objective.objective.text, shown.indicator.name),
            *(shown.indicator.unit, row.series.name, row.series.newest.period),
            *(row.value, row.before, row.series.age_days),
            *(str(row.series.verdict.light.label), row.series.verdict.reason),
        )
        for area in areas
        for objective in area.objectives
        for shown in objective.indicators
        for row in shown.rows
    ]
    return Table(_("Monitoring"), columns, rows)
