"""`python -m tests.faults.off_by SECONDS work`: the program on a machine whose clock is so many seconds ahead.

The whole process is lied to (`time.time`, `datetime.now`), but not its counters, which no step of a clock reaches.
SIGUSR1 steps the clock to as many seconds on the other side.
"""

import signal
import sys
from datetime import UTC, datetime, timedelta

import time_machine

from app.__main__ import main


def run(ahead_s: float, arguments: list[str]) -> int:
    """Run one command of the program."""
    truly = datetime.now(UTC)  # noqa: TID251 the machine's clock is what this is about
    travelling = time_machine.travel(truly + timedelta(seconds=ahead_s), tick=True)
    machine = travelling.start()
    signal.signal(signal.SIGUSR1, lambda *_: machine.shift(-2 * ahead_s))
    return main(arguments)


if __name__ == "__main__":
    sys.exit(run(float(sys.argv[1]), sys.argv[2:]))
