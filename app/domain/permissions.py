"""Who may do what, where: roles, scopes and the table of permissions (P7; design.md section 6; issue part 7).

A permission is held through a role, and a role is granted within a scope. A thing lies in several scopes at once (its
line, the line's organisation, the pools that serve it): holding the permission in any one of them is enough. Whatever
isn't in the table is refused.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What someone is to the service."""

    VOLUNTEER = "volunteer"
    SUPERVISOR = "supervisor"
    CRISIS = "crisis"
    PARTNER = "partner"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class ScopeKind(StrEnum):
    """How far a grant reaches."""

    ALL = "all"
    ORGANISATION = "organisation"
    LINE = "line"
    POOL = "pool"


@dataclass(frozen=True, slots=True)
class Scope:
    """One organisation, line or pool by id; or everything, with an empty id."""

    kind: ScopeKind
    id: str = ""


EVERYTHING: Final = Scope(ScopeKind.ALL)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held within a scope."""

    role: Role
    scope: Scope


class Permission(StrEnum):
    """An act that needs leave."""

    DESK_USE = "desk.use"
    OFFER_ANSWER = "offer.answer"
    CONTACT_SEE = "contact.see"
    CONTACT_TRANSFER = "contact.transfer"
    CONTACT_MONITOR = "contact.monitor"
    CONTACT_TAKE_OVER = "contact.take_over"
    WALLBOARD_SEE = "wallboard.see"
    NOTICES_SEE = "notices.see"
    PRESENCE_MANAGE = "presence.manage"
    ROTA_SEE = "rota.see"
    ROTA_EDIT = "rota.edit"
    LINES_SEE = "lines.see"
    LINES_APPLY = "lines.apply"
    PEOPLE_SEE = "people.see"
    PEOPLE_MANAGE = "people.manage"
    BLOCKS_SEE = "blocks.see"
    BLOCKS_MANAGE = "blocks.manage"
    VOICEMAIL_HEAR = "voicemail.hear"
    CALLBACKS_SEE = "callbacks.see"
    CALLBACKS_TAKE = "callbacks.take"
    REPORTS_SEE = "reports.see"
    AUDIT_READ = "audit.read"
    NOTE_WRITE = "note.write"
    NOTE_SEE = "note.see"
    NOTE_SEARCH = "note.search"
    NOTE_REVIEW = "note.review"
    NOTE_EXPORT = "note.export"
    FILE_SEE = "file.see"
    FILE_OPEN = "file.open"
    FILE_EDIT = "file.edit"
    FILE_MERGE = "file.merge"
    FILE_HAND_OVER = "file.hand_over"
    VAULT_REQUEST = "vault.request"
    VAULT_APPROVE = "vault.approve"
    VAULT_REVIEW = "vault.review"
    RETENTION_SEE = "retention.see"
    RETENTION_MANAGE = "retention.manage"


_R = Role
_ON_THE_LINE: Final = frozenset({_R.VOLUNTEER, _R.SUPERVISOR, _R.CRISIS})
_IN_CHARGE: Final = frozenset({_R.SUPERVISOR})
_WATCHING: Final = frozenset({_R.SUPERVISOR, _R.CRISIS, _R.ADMINISTRATOR})
_RUNNING: Final = frozenset({_R.ADMINISTRATOR})

HELD_BY: Final[Mapping[Permission, frozenset[Role]]] = {
    Permission.DESK_USE: _ON_THE_LINE,
    Permission.OFFER_ANSWER: _ON_THE_LINE,
    Permission.CONTACT_SEE: _IN_CHARGE | {_R.CRISIS},  # one's own contacts need no leave beyond the desk
    Permission.CONTACT_TRANSFER: _ON_THE_LINE,
    Permission.CONTACT_MONITOR: _IN_CHARGE,
    Permission.CONTACT_TAKE_OVER: _IN_CHARGE | {_R.CRISIS},
    Permission.WALLBOARD_SEE: _WATCHING,
    Permission.NOTICES_SEE: _IN_CHARGE,
    Permission.PRESENCE_MANAGE: _IN_CHARGE,
    Permission.ROTA_SEE: _ON_THE_LINE | _RUNNING,
    Permission.ROTA_EDIT: _IN_CHARGE | _RUNNING,
    Permission.LINES_SEE: _WATCHING | {_R.AUDITOR},
    Permission.LINES_APPLY: _RUNNING,
    Permission.PEOPLE_SEE: _IN_CHARGE | _RUNNING | {_R.AUDITOR},
    Permission.PEOPLE_MANAGE: _RUNNING,
    Permission.BLOCKS_SEE: _IN_CHARGE | {_R.AUDITOR},
    Permission.BLOCKS_MANAGE: _IN_CHARGE,
    Permission.VOICEMAIL_HEAR: _ON_THE_LINE,
    Permission.CALLBACKS_SEE: _ON_THE_LINE,
    Permission.CALLBACKS_TAKE: _ON_THE_LINE,
    Permission.REPORTS_SEE: _WATCHING | {_R.AUDITOR},
    Permission.AUDIT_READ: frozenset({_R.AUDITOR}),
    Permission.NOTE_WRITE: _ON_THE_LINE,  # of contacts one has held
    Permission.NOTE_SEE: _IN_CHARGE | {_R.CRISIS},  # in full; one's own need no leave beyond writing
    Permission.NOTE_SEARCH: _ON_THE_LINE,  # a volunteer finds her own alone
    Permission.NOTE_REVIEW: _IN_CHARGE,
    Permission.NOTE_EXPORT: _IN_CHARGE | {_R.AUDITOR},
    Permission.FILE_SEE: _ON_THE_LINE,  # a volunteer: the summary needed to help, while a contact of it is hers
    Permission.FILE_OPEN: _IN_CHARGE | {_R.CRISIS},  # the whole of it
    Permission.FILE_EDIT: _IN_CHARGE | {_R.CRISIS},
    Permission.FILE_MERGE: _IN_CHARGE,
    Permission.FILE_HAND_OVER: _IN_CHARGE,
    Permission.VAULT_REQUEST: _IN_CHARGE | {_R.CRISIS},
    Permission.VAULT_APPROVE: _IN_CHARGE | {_R.CRISIS},  # never by the one who asks
    Permission.VAULT_REVIEW: _IN_CHARGE | {_R.AUDITOR},
    Permission.RETENTION_SEE: _RUNNING | {_R.AUDITOR},
    Permission.RETENTION_MANAGE: _RUNNING,
}


def allows(grants: Iterable[Grant], permission: Permission, target_scopes: Collection[Scope]) -> bool:
    """Whether `grants` hold `permission` on a thing that lies in `target_scopes`.

    No target scope: the thing belongs to the whole service, and only a grant over everything reaches it.
    """
    roles = HELD_BY[permission]
    return any(
        grant.role in roles and (grant.scope.kind is ScopeKind.ALL or grant.scope in target_scopes) for grant in grants
    )


def allows_anywhere(grants: Iterable[Grant], permission: Permission) -> bool:
    """Whether `permission` is held in any scope at all: to show a page whose rows are then filtered by `reach`."""
    return any(grant.role in HELD_BY[permission] for grant in grants)


def reach(grants: Iterable[Grant], permission: Permission) -> frozenset[Scope]:
    """The scopes in which `permission` is held; exactly {EVERYTHING} when one grant spans all."""
    scopes = frozenset(grant.scope for grant in grants if grant.role in HELD_BY[permission])
    return frozenset({EVERYTHING}) if EVERYTHING in scopes else scopes


def permissions_of(grants: Iterable[Grant]) -> frozenset[Permission]:
    """All that is held in any scope: what a console shows and hides. The server still asks `allows` for each act."""
    held = {grant.role for grant in grants}
    return frozenset(permission for permission, roles in HELD_BY.items() if roles & held)
