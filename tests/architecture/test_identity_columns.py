"""No column outside the vault can hold in the clear what identifies a caller (promise P5)."""

import re

from sqlalchemy import CheckConstraint, Constraint, LargeBinary

from app.tables import metadata

IDENTIFYING = re.compile(r"phone|caller|address|real_name|civil|id_card|email|e164|from_number|birth")
SEALED_OR_KEYED = LargeBinary  # sealed by AES-GCM, or a keyed hash: nothing to read


def test_p5_identifying_columns_are_in_the_vault_or_cannot_be_read() -> None:
    found = [
        f"{table.fullname}.{column.name}"
        for table in metadata.tables.values()
        if table.schema != "vault"
        for column in table.columns
        if IDENTIFYING.search(column.name) and not isinstance(column.type, SEALED_OR_KEYED)
    ]
    assert found == []


def test_the_vault_keeps_numbers_sealed() -> None:
    vault = [table for table in metadata.tables.values() if table.schema == "vault"]
    assert vault
    for table in vault:
        readable = [column.name for column in table.columns if str(column.type) in {"TEXT", "VARCHAR", "JSONB"}]
        # A word of ours that the database holds it to is a code; anything else could be what somebody said.
        codes = [name for name in readable if any(_is_a_code(name, check) for check in table.constraints)]
        assert readable == codes, table.fullname


def _is_a_code(column: str, check: Constraint) -> bool:
    words = r"'[a-z_]+'(, '[a-z_]+')*"
    return isinstance(check, CheckConstraint) and bool(re.fullmatch(rf"{column} IN \({words}\)", str(check.sqltext)))
