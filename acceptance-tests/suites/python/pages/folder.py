"""The folder docs/: which of its files are pages."""

from pathlib import Path

# What both registries publish; the other folders are the project's own, and no registry reads them.
PUBLISHED = ("index.md", "resources", "data-sources", "functions", "ephemeral-resources", "guides")


def pages(docs: Path) -> dict[str, str]:
    """The pages by their place, with their text."""
    found = [file for name in PUBLISHED for file in [docs / name, *(docs / name).rglob("*")]]
    return {str(file.relative_to(docs)): file.read_text() for file in found if file.is_file()}


def replace(docs: Path, new: dict[str, str]) -> list[str]:
    """Puts these pages in the place of those that are there. Returns what changed."""
    old = pages(docs)
    for place in old.keys() - new.keys():
        (docs / place).unlink()
    for place, text in new.items():
        (docs / place).parent.mkdir(parents=True, exist_ok=True)
        (docs / place).write_text(text)
    return sorted(place for place in old.keys() | new.keys() if old.get(place) != new.get(place))
