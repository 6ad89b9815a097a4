"""A report to whatever reads it.

A reporter is `render(report: Report, options: Options) -> str`. Adding one: a file here, a line in REPORTERS, a golden
file in `tests/golden`.
"""

REPORTERS = {
    "terminal": ".report.terminal:render",
    "json": ".report.json_v1:render",
}
