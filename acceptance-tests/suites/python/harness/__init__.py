"""What the tests drive: the simulator, a world in it, the command-line tools and their processes.

`simulator` runs the simulator, `world` makes what users have before they write a bridge,
`configuration` writes their files, `workspace` runs terraform or tofu on them, `bridge` puts the four
together for most tests, `processes` finds and ends what a run has started.
Around AWS: `sources` gives credentials as log-ins, processes, metadata and identity providers do, `proxy`
stands on the way, `listener` is a small server.
"""
