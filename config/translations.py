"""`python -m config.translations`: is every text there in Danish, and nothing dead?

Part of `make check`. Reads the sources as Django's makemessages does, but with babel,
so that no machine needs the gettext programs.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "notifications", "rollout", "workflows")
TEMPLATES = ("templates", "rollout", "notifications")
CATALOGUE = ROOT / "locale" / "da" / "LC_MESSAGES" / "django.po"
FUNCTIONS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def main() -> None:
    """Print what is wrong with the Danish texts; exit status 1 if anything is."""
    with CATALOGUE.open("rb") as file:
        danish = read_po(file, locale="da")
    texts = collect()
    faults = [*missing(texts, danish), *dead(texts, danish), *broken(danish)]
    for fault in faults:
        print(fault)  # noqa: T201 (for the developer)
    if faults:
        sys.exit(f"{len(faults)} faults in {CATALOGUE.relative_to(ROOT)}")


def collect() -> Catalog:
    """Gather every translatable text of the sources."""
    texts = Catalog()
    for file, source in sources():
        found = extract("python", io.BytesIO(source.encode()), FUNCTIONS)
        for line, message, _comments, context in found:
            # An empty id is the catalogue's own header.
            if message:
                place = (str(file.relative_to(ROOT)), line)
                texts.add(message, locations=[place], context=context)
    return texts


def sources() -> Iterator[tuple[Path, str]]:
    """Yield Python sources, and templates turned into something like Python."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file, file.read_text(encoding="utf-8")
    for folder in TEMPLATES:
        for pattern in ("*.html", "*.txt"):
            for file in sorted((ROOT / folder).rglob(pattern)):
                text = templatize(file.read_text(encoding="utf-8"), origin=str(file))
                # What stands between the texts is blanked out, but its indentation
                # would still upset a reader of Python.
                yield file, "\n".join(line.strip() for line in text.splitlines())


def missing(texts: Catalog, danish: Catalog) -> Iterator[str]:
    """Report texts without a Danish translation, or with one to be checked."""
    for message in texts:
        if not message.id:
            continue
        known = danish.get(message.id, message.context)
        if known is None or not all(strings(known)):
            yield f"{place(message)}: no Danish for {name(message)!r}"
        elif known.fuzzy:
            yield f"{place(message)}: unsure (fuzzy) Danish for {name(message)!r}"
        elif message.pluralizable and not known.pluralizable:
            yield f"{place(message)}: no plural for {name(message)!r}"


def dead(texts: Catalog, danish: Catalog) -> Iterator[str]:
    """Report translations of texts that are no longer there."""
    for message in danish:
        if message.id and texts.get(message.id, message.context) is None:
            yield f"{CATALOGUE.name}: nothing says {name(message)!r} any more"


def broken(danish: Catalog) -> Iterator[str]:
    """Report translations whose placeholders differ from the text's."""
    for message in danish:
        if message.id:
            for error in message.check(danish):
                yield f"{CATALOGUE.name}: {name(message)!r}: {error}"


def strings(message: Message) -> tuple[str, ...]:
    """Return every form of a translation."""
    string = message.string
    return (string,) if isinstance(string, str) else tuple(string or ("",))


def name(message: Message) -> str:
    """Return the text, or the singular of one that has a plural."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def place(message: Message) -> str:
    """Return where the text stands."""
    file, line = message.locations[0]
    return f"{file}:{line}"


if __name__ == "__main__":
    main()
