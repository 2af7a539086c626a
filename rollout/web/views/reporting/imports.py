"""Taking values over from a file, with a preview; and every value as a file."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from rollout import importing
from rollout.masking import shown
from rollout.models import Indicator, Measurement, Programme
from rollout.services import Invalid
from rollout.tables import Table
from rollout.values_file import (
    Line,
    RawLine,
    RawTable,
    Unreadable,
    columns,
    headings,
    read_table,
    suggested,
    understood,
)
from rollout.web.access import PersonRequest, programme_page
from rollout.web.export import download
from rollout.web.forms import Form
from rollout.web.reporting.frame import RUN, must, show
from rollout.web.settings import address_of, carry_out
from rollout.web.unsent import is_resumed

_TAB = "import"
#: How many lines of a file the preview shows; mistakes are shown of all.
_PREVIEWED = 50
#: How much of what may be posted is left to the preview's other fields.
_OTHER_FIELDS = 10_000


class FileForm(Form):
    """A file of values."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("Excel (.xlsx) or CSV, at most 2 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class MappingForm(Form):
    """Which column of a file holds what; the file comes along."""

    table = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, table: RawTable, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        names = [(str(n), name) for n, name in enumerate(table.headings)]
        for column in columns():
            choice = forms.ChoiceField(
                label=column.label,
                choices=[("", _("– not in the file –")), *names],
                required=column.is_required,
            )
            self.add_field(column.key, choice)

    @property
    def mapping(self) -> dict[str, int]:
        """The columns of a valid form, by number."""
        chosen = ((column.key, self.cleaned_data[column.key]) for column in columns())
        return {key: int(number) for key, number in chosen if number}


@programme_page
def imports(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Choose a file; then see what is in it, and take it over."""
    if request.method != "POST":
        return _show(request, programme, FileForm())
    must(request, RUN, programme)
    if "table" in request.POST:
        return _second_step(request, programme)
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, programme, form, status=422)
    file = form.cleaned_data["file"]
    try:
        table = read_table(file.read(), file.name)
        carried = _carried(table)
    except Unreadable as error:
        form.add_error("file", str(error))
        return _show(request, programme, form, status=422)
    mapping = suggested(table, importing.remembered(programme, table))
    initial: dict[str, Any] = {key: str(number) for key, number in mapping.items()}
    initial["table"] = carried
    return _preview(
        *(request, programme, MappingForm(table=table, initial=initial), table),
        mapping=mapping,
    )


def _second_step(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Look again with other columns, or take the values over."""
    table = _posted(request.POST["table"])
    if table is None:
        return _show(request, programme, FileForm(), status=422)
    form = MappingForm(request.POST, table=table)
    mapping = form.mapping if form.is_valid() else {}
    at = timezone.now()
    if mapping and not is_resumed(request):
        # Also where cells are wrong: the file that comes next is this one, mended.
        importing.remember(programme, table, mapping, by=request.user, at=at)
    if not mapping or "apply" not in request.POST:
        return _preview(request, programme, form, table, mapping=mapping)

    def take_over() -> str:
        lines = _lines(request, programme, table, mapping)
        done = importing.import_values(programme, lines, by=request.user, at=at)
        return _told(done)

    def again() -> HttpResponse:
        return _preview(request, programme, form, table, mapping=mapping)

    back = address_of("rollout:imports", programme)
    return carry_out(request, form, take_over, again=again, back=back)


def _told(done: Counter[str]) -> str:
    """Say what became, or would become, of the lines."""
    return _("%(added)s added, %(changed)s changed, %(same)s as they were.") % {
        name: done[name] for name in ("added", "changed", "same")
    }


def _carried(table: RawTable) -> str:
    """Return the table as the preview's form carries it.

    Raises Unreadable for one that the form could not send.
    """
    text = json.dumps(
        [table.headings, *table.rows], ensure_ascii=False, separators=(",", ":")
    )
    if len(text.encode()) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - _OTHER_FIELDS:
        raise Unreadable(
            _(
                "The file holds more than can be taken over at once. Divide it into"
                " several."
            )
        )
    return text


def _posted(text: str) -> RawTable | None:
    """Return the table that came along; None for what is none."""
    try:
        first, *rest = json.loads(text)
        rows = tuple(
            RawLine(int(number), tuple(str(cell) for cell in cells))
            for number, cells in rest
        )
        found = RawTable(tuple(str(one) for one in first), rows)
    except (OverflowError, TypeError, ValueError):
        return None
    width = len(found.headings)
    return found if all(len(row.cells) == width for row in rows) else None


def _lines(
    request: PersonRequest,
    programme: Programme,
    table: RawTable,
    mapping: dict[str, int],
) -> list[Line]:
    indicators = Indicator.objects.visible_to(request.user).filter(
        objective__focus_area__programme=programme
    )
    return understood(
        *(table, mapping),
        indicators=indicators.select_related("objective__focus_area__programme"),
        places=programme.places.all(),
    )


def _preview(
    request: PersonRequest,
    programme: Programme,
    form: MappingForm,
    table: RawTable,
    *,
    mapping: dict[str, int],
) -> HttpResponse:
    # Told once, and not for each line.
    unmapped = [
        one.label for one in columns() if one.is_required and one.key not in mapping
    ]
    lines = [] if unmapped else _lines(request, programme, table, mapping)
    mistakes = [error for line in lines for error in line.errors]
    foretold, refusal = "", ""
    if not unmapped and not mistakes:
        at = timezone.now()
        try:
            foretold = _told(
                importing.rehearse(programme, lines, by=request.user, at=at)
            )
        except Invalid as refused:
            refusal = str(refused)
    return show(
        *(request, "import_preview", programme, _TAB),
        title=_("Take over values"),
        form=form,
        unmapped=unmapped,
        columns=columns(),
        lines=[
            (line.number, [(one.label, _seen(line, one.key)) for one in columns()])
            for line in lines[:_PREVIEWED]
        ],
        count=len(lines),
        mistakes=mistakes,
        foretold=foretold,
        refusal=refusal,
        back=address_of("rollout:imports", programme),
    )


def _seen(line: Line, key: str) -> Any:
    """Return what the preview shows of a line; several indicators can share a name."""
    value = line.values.get(key)
    return f"{value} ({value.code})" if isinstance(value, Indicator) else value


def _show(
    request: PersonRequest, programme: Programme, form: FileForm, *, status: int = 200
) -> HttpResponse:
    response = show(
        *(request, "import", programme, _TAB),
        title=_("Import and export"),
        lead=_(
            "Each line of the file is one value: the indicator and the place by name or"
            " code, the first and the last day, and the number. You see what is in it"
            " before anything is taken over."
        ),
        form=form,
        template_url=address_of("rollout:values_template", programme),
        export_url=address_of("rollout:values_export", programme),
    )
    response.status_code = status
    return response


@require_safe
@programme_page
def values_template(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Hand out an empty file with the headings that are understood."""
    return download(Table(_("Values"), headings(), []), request.GET.get("format", ""))


@require_safe
@programme_page
def values_export(request: PersonRequest, programme: Programme) -> HttpResponse:
    """Hand out every value that the person sees, in the form that is read back."""
    rows = (
        Measurement.objects.visible_to(request.user)
        .filter(indicator__objective__focus_area__programme=programme)
        .select_related(
            "indicator__objective__focus_area__programme", "place", "data_request"
        )
        .order_by("indicator__code", "period_end", "place__position", "band")
    )
    table = Table(
        _("Values"),
        [*headings(), _("Status")],
        [_row(one, request) for one in rows],
    )
    return download(table, request.GET.get("format", ""))


def _row(one: Measurement, request: PersonRequest) -> tuple[Any, ...]:
    seen = shown(one.value, one, to=request.user)
    return (
        one.indicator.code,
        one.place.code if one.place else "",
        one.band,
        one.period_start,
        one.period_end,
        seen.mask or seen.value,
        "" if seen.mask else one.comment,
        one.get_status_display(),
    )
