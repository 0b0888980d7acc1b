"""`make bench`: every promised figure against its own floor in the same run; a table and JSON."""

import sys
from pathlib import Path

import uvloop

from tests.bench import consoles, load, routing, search, starting, summaries, webhooks
from tests.bench.stage import Figure, durable_database, table, write_json

PARTS = {
    "webhooks": webhooks.measure,
    "routing": routing.measure,
    "consoles": consoles.measure,
    "load": load.measure,
    "starting": starting.measure,
    "search": search.measure,
    "summaries": summaries.measure,
}


async def run(names: list[str]) -> list[Figure]:
    """Measure the named parts, each on a fresh database."""
    figures: list[Figure] = []
    for name in names or list(PARTS):
        print(f"measuring {name} ...", flush=True)
        async with durable_database() as url:
            figures += await PARTS[name](url)
    return figures


def main() -> int:
    """Print the table; 1 when a promise is missed."""
    figures = uvloop.run(run(sys.argv[1:]))  # what asks shall cost as little as can be beside what answers
    print(table(figures))
    write_json(figures, Path("test-results/bench.json"))
    return 0 if all(figure.holds for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
