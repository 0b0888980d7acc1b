"""`python -m app.simulator`: the carrier emulator as its own process."""

import argparse
import os
import sys
from pathlib import Path

import uvicorn

from app.platform.log_events import Log
from app.platform.logging import configure_logging, get_log
from app.simulator.application import make_app
from app.simulator.carrier import Carrier
from app.simulator.chaos import Chaos
from app.simulator.numbers import read_numbers_file
from app.simulator.options import TOKEN_VARIABLE, Options

log = get_log()
DEFAULTS = Options()


def parser() -> argparse.ArgumentParser:
    """The command line. The token that requests are signed with comes from the environment (TOKEN_VARIABLE)."""
    found = argparse.ArgumentParser(prog="python -m app.simulator", description="A Twilio-faithful carrier emulator")
    found.add_argument("--host", default="127.0.0.1")
    found.add_argument("--port", type=int, default=8090)
    found.add_argument("--public-base-url", default="")
    found.add_argument("--account-sid", default=DEFAULTS.account_sid)
    found.add_argument(
        "--numbers", type=Path, help="JSON: a list of {number, voice_url, fallback_url, label_zh, label_en}"
    )
    found.add_argument("--time-scale", type=float, default=1.0, help="20 makes a minute on the line last three seconds")
    found.add_argument("--chaos", action="append", default=[], metavar="KNOB=VALUE")
    found.add_argument("--route", action="append", default=[], metavar="PUBLIC=LOOPBACK")
    return found


def main(arguments: list[str] | None = None) -> None:
    """Run until interrupted. A wrong option ends the start with one sentence."""
    given = parser().parse_args(arguments)
    configure_logging()
    base_url = given.public_base_url or f"http://{given.host}:{given.port}"
    try:
        options = Options(
            account_sid=given.account_sid,
            auth_token=os.environ.get(TOKEN_VARIABLE, DEFAULTS.auth_token),
            public_base_url=base_url,
            time_scale=given.time_scale,
            routes=dict(route.split("=", 1) for route in given.route),
        )
        chaos = Chaos()
        chaos.set({name: _value(text) for name, text in (item.split("=", 1) for item in given.chaos)})
        numbers = read_numbers_file(given.numbers) if given.numbers else []
    except (OSError, ValueError) as error:
        sys.exit(f"The carrier emulator cannot start: {error}")
    app = make_app(Carrier(options, numbers, chaos.knobs))
    log.info(Log.SERVICE_STARTED, part="carrier_emulator", port=given.port)
    uvicorn.run(
        app, host=given.host, port=given.port, log_config=None, access_log=False, timeout_graceful_shutdown=1, ws="none"
    )


def _value(text: str) -> object:
    if text in {"true", "false"}:
        return text == "true"
    return float(text) if "." in text else int(text)


if __name__ == "__main__":
    main()
