"""`app instruments [--check FILE]`: which instruments there are, and whether an operator's weights fit the scale."""

import sys
from argparse import ArgumentParser, Namespace, _SubParsersAction
from pathlib import Path

from app.casework.instruments.library import library_of, load_library
from app.lines.reading import RefusedError
from app.settings import read_settings


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser("instruments", help="list the risk instruments; check a file of weights for a scale")
    parser.add_argument("--check", type=Path, metavar="FILE", help="say whether this file of weights can be used")
    parser.set_defaults(func=run)


def run(args: Namespace) -> int:
    """0: listed, or the file is good; 1: the file is refused, with every problem on stderr. Raises SettingsWrong."""
    if args.check is not None:
        try:
            load_library([args.check])
        except RefusedError as refused:
            print(refused, file=sys.stderr)
            return 1
        print(f"{args.check} can be used: set HOTLINE_INSTRUMENT_WEIGHTS to its path and start anew.")
        return 0
    for known in library_of(read_settings()).current():
        document = known.document
        state = f"by the weights {known.weights.weights}" if known.weights is not None else "ready"
        if known.disabled:
            state = "disabled: its points are not published; supply them with HOTLINE_INSTRUMENT_WEIGHTS"
        print(f"{document.id} version {document.version} ({document.kind}): {state}")
        print(f"    {document.name.zh} · {document.name.en}")
    return 0
