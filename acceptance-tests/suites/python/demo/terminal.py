"""How a line looks: colour only where somebody looks at it."""

import os
import sys
import textwrap

_STYLES = {"bold": "1", "faint": "2", "green": "32", "red": "31", "yellow": "33", "cyan": "36"}
_WIDTH = 100
_COLOUR = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def styled(text: str, *styles: str) -> str:
    """The text in these styles, or as it is."""
    if not _COLOUR or not styles:
        return text
    codes = ";".join(_STYLES[style] for style in styles)
    return f"\x1b[{codes}m{text}\x1b[0m"


def say(text: str = "", *styles: str) -> None:
    """Prints a line at once."""
    print(styled(text, *styles) if text else "", flush=True)


def chapter(number: int, title: str) -> None:
    """Begins a part of the story."""
    say()
    say(f"{number}  {title}", "bold")


def hcl(text: str) -> None:
    """Shows configuration, comments faint."""
    for line in text.strip("\n").splitlines():
        code, mark, comment = line.partition("#")
        say("     " + styled(code, "cyan") + (styled(mark + comment, "faint") if mark else ""))


def check(good: bool, text: str, why: str = "") -> None:
    """A fact that was looked up, and whether it is as it should be."""
    mark = styled("✓", "green") if good else styled("✗", "red")
    say(f"   {mark} {text}")
    if why:
        say(f"     {why}", "faint")


def entry(head: str, text: str) -> None:
    """A heading and what belongs to it, in as many lines as it takes."""
    indent = " " * (len(head) + 5)
    wrapped = textwrap.wrap(text, _WIDTH - len(indent))
    say(f"     {styled(head, 'faint')}" + f"\n{indent}".join(wrapped))


def minutes(seconds: float) -> str:
    """A duration as `m:ss`."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
