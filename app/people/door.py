"""The door of one process: what signing in needs besides the database, made once from the settings."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.people.passwords import PasswordBook
from app.platform.crypto import Pseudonymiser, Sealer, pseudonymiser_of, sealer_of
from app.platform.keyring import keyring_of
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Door:
    """How this process lets people in."""

    sealer: Sealer
    pseudonymiser: Pseudonymiser
    passwords: PasswordBook
    https: bool
    demo_accounts: bool  # whether accounts without a second factor may sign in

    @property
    def cookie(self) -> str:
        """The session cookie's name. `__Host-` binds it to this very host and to TLS (RFC 6265bis)."""
        return "__Host-hotline" if self.https else "hotline"


def door_of(settings: Settings) -> Door:
    """The door of a deployment. Demo accounts enter only a demo, or a machine that is not on the public network."""
    keyring = keyring_of(settings)
    return Door(
        sealer=sealer_of(keyring),
        pseudonymiser=pseudonymiser_of(keyring),
        passwords=PasswordBook(),
        https=settings.https,
        demo_accounts=settings.demo or not settings.https,
    )


def door(connection: HTTPConnection) -> Door:
    """FastAPI dependency; the application that composes the process sets `app.state.door`."""
    opened: Door = connection.app.state.door
    return opened
