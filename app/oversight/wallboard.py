"""The wallboard: everything a supervisor watches, within the scope of each permission (design.md section 7)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from app.domain.permissions import Permission
from app.lines.book import LineBook
from app.oversight.line_cards import line_cards
from app.oversight.schemas import CallBackOnBoard, LineName, VoicemailOnBoard, Wallboard
from app.people.access import Principal
from app.platform.db import Tx
from app.realtime.messages import Loader
from app.roster.notice_state import open_notices
from app.roster.presence_state import presences_of_lines

MOST_CONTACTS: Final = 500
MOST_TASKS: Final = 200

_CALL_BACKS: Final = """
    SELECT b.contact_id, c.line_id, l.name_zh, l.name_en, b.consented_at AS requested_at, b.due_at, b.state,
      b.person_id, b.version
    FROM call_back b JOIN contact c ON c.id = b.contact_id JOIN line l ON l.id = c.line_id
    WHERE c.line_id = ANY($1) AND b.state IN ('requested', 'dialling') ORDER BY b.due_at, b.contact_id LIMIT $2
"""
_VOICEMAILS: Final = """
    SELECT v.contact_id, c.line_id, l.name_zh, l.name_en, v.seconds, v.left_at, v.heard_at, v.person_id, v.version
    FROM voicemail v JOIN contact c ON c.id = v.contact_id JOIN line l ON l.id = c.line_id
    WHERE c.line_id = ANY($1) AND v.heard_at IS NULL AND v.erased_at IS NULL ORDER BY v.left_at, v.contact_id LIMIT $2
"""


async def load_wallboard(
    tx: Tx, principal: Principal, book: LineBook, load_contacts: Loader, *, now: datetime
) -> Wallboard:
    """What this person may watch now; `load_contacts` is the contacts' own loader."""
    lines = sorted(principal.lines_for(Permission.WALLBOARD_SEE))
    return Wallboard(
        at=now,
        lines=await line_cards(tx, book, lines, now=now),
        people=await presences_of_lines(tx, lines, now=now),
        contacts=await _live_contacts(tx, sorted(principal.lines_for(Permission.CONTACT_SEE)), load_contacts),
        notices=await _notices(tx, principal),
        call_backs=[
            CallBackOnBoard(line=_line(row), **_fields(row, CallBackOnBoard))
            for row in await tx.fetch(_CALL_BACKS, sorted(principal.lines_for(Permission.CALLBACKS_SEE)), MOST_TASKS)
        ],
        voicemails=[
            VoicemailOnBoard(line=_line(row), **_fields(row, VoicemailOnBoard))
            for row in await tx.fetch(_VOICEMAILS, sorted(principal.lines_for(Permission.VOICEMAIL_HEAR)), MOST_TASKS)
        ],
    )


async def _live_contacts(tx: Tx, lines: Sequence[str], load_contacts: Loader) -> list[Any]:
    if not lines:
        return []
    rows = await tx.fetch(
        "SELECT id FROM contact WHERE line_id = ANY($1) AND state <> 'closed' ORDER BY offered_at, id LIMIT $2",
        list(lines), MOST_CONTACTS,
    )  # fmt: skip
    states = {str(loaded[0]): loaded[2] for loaded in await load_contacts(tx, [str(row["id"]) for row in rows])}
    return [states[str(row["id"])] for row in rows if str(row["id"]) in states]


async def _notices(tx: Tx, principal: Principal) -> list[Any]:
    if not principal.may(Permission.NOTICES_SEE):
        return []
    everything = principal.may_everywhere(Permission.NOTICES_SEE)
    return list(await open_notices(tx, sorted(principal.lines_for(Permission.NOTICES_SEE)), everything=everything))


def _line(row: Any) -> LineName:
    return LineName(id=row["line_id"], name_zh=row["name_zh"], name_en=row["name_en"])


def _fields(row: Any, shape: type[CallBackOnBoard | VoicemailOnBoard]) -> dict[str, Any]:
    return {name: row[name] for name in shape.model_fields if name != "line"}
