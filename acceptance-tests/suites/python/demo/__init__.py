"""What `make demo` and `make bench` run: the provider under a real tool, on the simulator.

    __main__.py       starts and stops all that the demo needs
    story.py          the demo's chapters
    configuration.py  the block that it applies
    progress.py       what happens while a tool works
    journal.py        what the calls of a run were
    terminal.py       how a line looks
    settings.py       which programs to run
    bench.py          the measurements; plugin.py asks the provider as Terraform's core does
"""
