"""The wallboard: everything a supervisor watches, within the scope of each permission (design.md section 7)."""

from datetime import datetime

from app.contacts.hearing import open_voicemails
from app.contacts.public_state import PublicState, open_call_backs
from app.contacts.schemas import CallBack, Contact, Voicemail
from app.domain.permissions import Permission
from app.lines.book import LineBook
from app.oversight.line_cards import line_cards
from app.oversight.schemas import Wallboard
from app.people.access import Principal
from app.platform.db import Tx
from app.roster.notice_state import open_notices
from app.roster.presence_state import presences_of_lines
from app.roster.schemas import Notice


async def load_wallboard(
    tx: Tx, principal: Principal, book: LineBook, state: PublicState, *, now: datetime
) -> Wallboard:
    """What this person may watch now."""
    lines = sorted(principal.lines_for(Permission.WALLBOARD_SEE))
    return Wallboard(
        at=now,
        lines=await line_cards(tx, book, lines, now=now),
        people=await presences_of_lines(tx, lines, now=now),
        contacts=await _contacts(tx, principal, state),
        notices=await _notices(tx, principal),
        call_backs=await _call_backs(tx, principal),
        voicemails=await _voicemails(tx, principal),
    )


async def _contacts(tx: Tx, principal: Principal, state: PublicState) -> list[Contact]:
    if not principal.may(Permission.CONTACT_SEE):
        return []
    everything = principal.may_everywhere(Permission.CONTACT_SEE)
    return await state.live_contacts(tx, sorted(principal.lines_for(Permission.CONTACT_SEE)), everything=everything)


async def _notices(tx: Tx, principal: Principal) -> list[Notice]:
    if not principal.may(Permission.NOTICES_SEE):
        return []
    everything = principal.may_everywhere(Permission.NOTICES_SEE)
    return await open_notices(tx, sorted(principal.lines_for(Permission.NOTICES_SEE)), everything=everything)


async def _call_backs(tx: Tx, principal: Principal) -> list[CallBack]:
    if not principal.may(Permission.CALLBACKS_SEE):
        return []
    everything = principal.may_everywhere(Permission.CALLBACKS_SEE)
    return await open_call_backs(tx, sorted(principal.lines_for(Permission.CALLBACKS_SEE)), everything=everything)


async def _voicemails(tx: Tx, principal: Principal) -> list[Voicemail]:
    if not principal.may(Permission.VOICEMAIL_HEAR):
        return []
    everything = principal.may_everywhere(Permission.VOICEMAIL_HEAR)
    lines = sorted(principal.lines_for(Permission.VOICEMAIL_HEAR))
    return await open_voicemails(tx, lines, everything=everything, by=principal.person_id)
