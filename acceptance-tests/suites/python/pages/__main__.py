"""Makes the pages in docs/ anew. Only those that a registry publishes: docs/internals stays as it is."""

import sys
import tempfile
from pathlib import Path

from demo import settings
from pages import folder, generate


def main() -> int:
    """Makes them, puts them in place, and says what changed; 0 if they are valid."""
    try:
        with tempfile.TemporaryDirectory(prefix="pl-pages-") as directory:
            work = Path(directory)
            file = generate.schema(settings.tool(), settings.plugin(), work / "schema")
            changed = folder.replace(generate.ROOT / "docs", generate.generate(file, work / "new"))
            generate.validate(file)
    except (generate.Failed, settings.NotBuilt) as failure:
        print(failure, file=sys.stderr)
        return 1
    print("\n".join(f"docs/{place}" for place in changed) or "Nothing changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
