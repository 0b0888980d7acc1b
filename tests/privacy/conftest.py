"""The engine, loaded once for all tests: it has no state."""

import pytest

from app.casework.redaction.engine import Redactor


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    return Redactor.load()
