"""Plan files at the command line: check, compare, apply, export, drop examples."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rollout.models import Programme
from rollout.plans import report
from rollout.plans.apply import apply_plan, plan_diff
from rollout.plans.document import parse_file
from rollout.plans.examples import drop_examples
from rollout.plans.export import export
from rollout.plans.memory import remembered
from rollout.plans.problems import BadPlan
from rollout.plans.published import field_tables, json_schema_text, update_published
from rollout.plans.rows import Ambiguous, load

#: Exit status for a plan file or a programme that cannot be used.
BAD_INPUT = 2


class Command(BaseCommand):
    """Dispatches to one method per subcommand."""

    help = "Check, compare, apply and export plan files; see docs/plan-file.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="COMMAND")
        validate = verbs.add_parser("validate", help="Check a file and change nothing.")
        diff = verbs.add_parser("diff", help="Show what applying a file would change.")
        apply = verbs.add_parser("apply", help="Write a file to the database.")
        for verb in (validate, diff, apply):
            verb.add_argument("file", metavar="FILE")
        diff.add_argument(
            "--details", action="store_true", help="Show all fields of new entries."
        )
        diff.add_argument(
            "--exit-code", action="store_true", help="Exit with 1 if anything differs."
        )
        write = verbs.add_parser("export", help="Write a programme as a plan file.")
        write.add_argument("programme", metavar="PROGRAMME", help="The code.")
        write.add_argument("--output", metavar="FILE", help="Default: standard output.")
        write.add_argument(
            "--with-people",
            action="store_true",
            help="Include names and addresses, which are personal data.",
        )
        drop = verbs.add_parser("drop-examples", help="Remove all example data.")
        drop.add_argument("programme", nargs="?", metavar="PROGRAMME")
        schema = verbs.add_parser("schema", help="Show what a plan file may hold.")
        schema.add_argument(
            "--format", choices=["json", "markdown"], default="json", dest="form"
        )
        schema.add_argument(
            "--update",
            action="store_true",
            help="Renew plans/plan.schema.json and docs/plan-file.md.",
        )
        for verb in (validate, diff, apply, write, drop, schema):
            _add_common(verb)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand in the language asked for."""
        method = getattr(self, f"_{options['verb'].replace('-', '_')}")
        language = options.get("language") or translation.get_language()
        with translation.override(language or settings.LANGUAGE_CODE):
            try:
                method(**options)
            except BadPlan as bad:
                self._refuse(bad)
            except Ambiguous as error:
                raise CommandError(str(error), returncode=BAD_INPUT) from error

    def _refuse(self, bad: BadPlan) -> NoReturn:
        for line in bad.lines():
            self.stderr.write(line)
        count = len(bad.problems)
        message = ngettext(
            "%(count)s error in %(file)s. Nothing was changed.",
            "%(count)s errors in %(file)s. Nothing was changed.",
            count,
        ) % {"count": count, "file": bad.name}
        raise CommandError(message, returncode=BAD_INPUT) from bad

    def _validate(self, *, file: str, **options: Any) -> None:
        document = parse_file(file)
        plan_diff(document)
        self.stdout.write(
            self.style.SUCCESS(
                _("%(file)s is in order: %(count)s entries.")
                % {"file": file, "count": len(document.entries)}
            )
        )

    def _diff(
        self, *, file: str, details: bool, exit_code: bool, **options: Any
    ) -> None:
        diff = plan_diff(parse_file(file))
        self._show(report.lines(diff, is_detailed=details))
        self.stdout.write(report.summary(diff, is_done=False))
        if exit_code and not diff.is_empty:
            raise SystemExit(1)

    def _apply(self, *, file: str, verbosity: int, **options: Any) -> None:
        diff = apply_plan(parse_file(file), at=timezone.now())
        if verbosity > 1:
            self._show(report.lines(diff, is_detailed=True))
        elif verbosity:
            self._show(report.lines(diff))
        if verbosity:
            self.stdout.write(self.style.SUCCESS(report.summary(diff, is_done=True)))

    def _export(
        self, *, programme: str, output: str | None, with_people: bool, **options: Any
    ) -> None:
        snapshot = load(self._programme(programme).code)
        memory = remembered(snapshot.programme)
        text = export(snapshot, memory, with_people=with_people)
        if output is None:
            self.stdout.write(text, ending="")
            return
        try:
            Path(output).write_bytes(text.encode())
        except OSError as error:
            raise CommandError(str(error), returncode=BAD_INPUT) from error

    def _drop_examples(self, *, programme: str | None, **options: Any) -> None:
        chosen = (
            [self._programme(programme)]
            if programme
            else Programme.objects.order_by("pk")
        )
        for each in chosen:
            dropped = drop_examples(each)
            self._show(dropped.lines())
            self.stdout.write(
                self.style.SUCCESS(
                    _("%(programme)s: removed %(count)s example entries.")
                    % {"programme": each, "count": dropped.removed.total()}
                )
            )

    def _schema(self, *, form: str, update: bool, **options: Any) -> None:
        if update:
            for path in update_published(Path(settings.BASE_DIR)):
                self.stdout.write(str(path))
        else:
            text = json_schema_text() if form == "json" else field_tables()
            self.stdout.write(text, ending="")

    def _programme(self, code: str) -> Programme:
        programme = Programme.objects.filter(code=code).first()
        if programme is None:
            known = ", ".join(
                Programme.objects.order_by("code").values_list("code", flat=True)
            )
            raise CommandError(
                _("There is no programme “%(code)s”. Known are: %(known)s.")
                % {"code": code, "known": known or "–"},
                returncode=BAD_INPUT,
            )
        return programme

    def _show(self, lines: Iterable[str]) -> None:
        styles = {
            "+": self.style.SUCCESS,
            "~": self.style.WARNING,
            "-": self.style.ERROR,
        }
        style: Callable[[str], str] = str
        for line in lines:
            style = style if line.startswith(" ") else styles.get(line[0], str)
            self.stdout.write(style(line))


def _add_common(parser: ArgumentParser) -> None:
    """Add what every subcommand takes, after its name too."""
    parser.add_argument(
        "--language",
        choices=[code for code, _name in settings.LANGUAGES],
        help="Language of the messages.",
    )
    parser.add_argument(
        "-v", "--verbosity", type=int, choices=[0, 1, 2, 3], default=SUPPRESS
    )
