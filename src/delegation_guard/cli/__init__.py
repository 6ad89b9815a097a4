"""The command line: dispatch, and the one error boundary.

A subcommand module has NAME, HELP, `configure(parser)` and `main(arguments) -> exit code`; adding one is a file here
and a line in COMMANDS.
"""

COMMANDS = (
    ".cli.check",
    ".cli.handoff",
    ".cli.verify",
    ".cli.receipt",
    ".cli.spec",
    ".cli.rules",
    ".cli.init",
    ".cli.doctor",
    ".cli.demo",
)
