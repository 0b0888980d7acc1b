"""The console's sources: the server's own types, no type errors, unit tests that pass, files of a readable size."""

import subprocess
from pathlib import Path

from app.console import build_hook
from tests.console.server_types import GENERATED, OPENAPI, generate, server_openapi

REFRESH = "Run: python -m tests.console.server_types"
LONGEST_FILE = 320


def run_script(*arguments: str) -> subprocess.CompletedProcess[str]:
    """One of the development tools, run in web/."""
    node = build_hook.find_node()
    build_hook.install_packages(node)
    return subprocess.run(
        [node.program, *arguments], cwd=build_hook.WEB, env=node.environment(), capture_output=True, text=True,
        timeout=240, check=False,
    )  # fmt: skip


def test_the_console_has_no_type_errors_and_both_languages_have_every_text() -> None:
    done = run_script("node_modules/typescript/bin/tsc", "--noEmit")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_consoles_own_unit_tests_pass() -> None:
    done = run_script("node_modules/vitest/vitest.mjs", "run")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_consoles_types_are_those_of_the_server(tmp_path: Path) -> None:
    assert OPENAPI.read_text() == server_openapi(), REFRESH
    generate(tmp_path / "types.ts")
    assert GENERATED.read_text() == (tmp_path / "types.ts").read_text(), REFRESH


def test_the_lock_file_names_no_place_to_download_from_and_no_package_runs_a_script() -> None:
    lock = (build_hook.WEB / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "ignore-scripts=true" in (build_hook.WEB / ".npmrc").read_text()


def test_no_source_file_is_too_long_to_read() -> None:
    lengths = {
        file: len(file.read_text().splitlines())
        for file in (build_hook.WEB / "src").rglob("*.ts*")
        if file != GENERATED
    }
    assert {file.name: length for file, length in lengths.items() if length > LONGEST_FILE} == {}
