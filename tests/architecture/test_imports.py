"""The import contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


def test_every_import_contract_holds(tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--cache-dir", tmp_path]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_every_package_of_the_product_has_a_place_in_the_order() -> None:
    packages = {path.parent.name for path in (REPOSITORY / "app").glob("*/__init__.py")}
    contract = (REPOSITORY / "pyproject.toml").read_text()
    assert {name for name in packages if f'"{name}"' not in contract} == set()
    assert "exhaustive = true" in contract
