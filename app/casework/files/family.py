"""A file is a subject together with everyone merged into it: the statement that finds them all, for every query.

Whatever is entered keeps pointing at the subject it was entered for; merges are followed when it is read. That is what
lets a merge be taken back exactly.
"""

from typing import Final
from uuid import UUID

from app.platform.crypto import Pseudonymiser
from app.platform.db import Tx

# From any subject to the one that stands for it (kept), and down to everyone merged into that one (family). Begins at
# the subjects of `{start}`. UNION, not UNION ALL: even a cycle that nothing can make would end.
_FAMILY: Final = """
    up AS (
      SELECT id, merged_into FROM subject WHERE id = {start}
      UNION SELECT s.id, s.merged_into FROM subject s JOIN up ON s.id = up.merged_into),
    kept AS (
      SELECT s.* FROM up JOIN subject s ON s.id = up.id WHERE up.merged_into IS NULL),
    family AS (
      SELECT id FROM kept UNION SELECT s.id FROM subject s JOIN family f ON s.merged_into = f.id)
"""


def family_of(start: str) -> str:
    """The common table expressions `kept` and `family`, for use after WITH RECURSIVE; `start` is SQL of ours."""
    return _FAMILY.format(start=start)


KEPT: Final = f"WITH RECURSIVE {family_of('$1')} SELECT id FROM kept"  # noqa: S608


async def kept_subject(tx: Tx, subject_id: UUID) -> UUID | None:
    """The subject that stands for this one since merges: itself, mostly. None: there is no such subject."""
    kept: UUID | None = await tx.fetchval(KEPT, subject_id)
    return kept


PSEUDONYM_OF: Final = """
    (SELECT a.token FROM subject_alias a WHERE a.subject_id = {subject} ORDER BY a.created_at, a.token LIMIT 1)
"""
"""The pseudonym that a file goes by, as SQL."""


ORIGINAL_OF: Final = """
    CASE WHEN {subject} <> {file} THEN jsonb_build_object('id', {subject}, 'code', coalesce(
      (SELECT a.code FROM subject_alias a WHERE a.subject_id = {subject} ORDER BY a.created_at, a.token LIMIT 1),
      (SELECT s.code FROM subject s WHERE s.id = {subject}))) END
"""
"""The original file of what was entered for a subject, as SQL of an `OriginalFile`; null where that is this file."""


def code_of(pseudonymiser: Pseudonymiser, token: bytes | None, code: str | None) -> str | None:
    """What screens call a file: the code of its caller's number, else the one it was given by hand."""
    return code if token is None else pseudonymiser.short_code(token)
