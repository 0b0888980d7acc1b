"""`app keys list|rotate-pseudonyms|reseal|retire`: changing keys while the service runs (docs/operations.md, Keys)."""

import sys
import time
from argparse import ArgumentParser, Namespace, _SubParsersAction
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from app.casework.files.opening import follow_pseudonym
from app.casework.vault.keeping import Vault
from app.casework.vault.resealing import reseal, sealed_under
from app.casework.vault.rotating import (
    drop_pseudonyms_of,
    pseudonyms_under,
    remaining_under,
    rotate_pseudonyms,
)
from app.cli.database import command_database
from app.cli.failures import CommandFailed
from app.cli.naming import enter
from app.contacts.recognising import Recognising
from app.domain.acts import Act
from app.platform.clock import now
from app.platform.crypto import pseudonymiser_of, sealer_of
from app.platform.db import Database
from app.platform.key_checks import check_keyring, known_keys, note_retired
from app.platform.keyring import KeyKind, Keyring, keyring_of
from app.settings import Settings, read_settings

TELL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What a key's command works with."""

    db: Database
    keyring: Keyring
    settings: Settings


Deed = Callable[[Bench, Namespace], Awaitable[int]]


def add_parser(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Declare the commands."""
    keys = subparsers.add_parser("keys", help="the keys: list, rotate-pseudonyms, reseal, retire")
    acts = keys.add_subparsers(dest="act", required=True)
    acts.add_parser("list", help="every key by name, and what goes by it").set_defaults(func=_run(_list))
    acts.add_parser(
        "rotate-pseudonyms", help="let callers whose number is held go by the current pseudonym key"
    ).set_defaults(func=_run(_rotate))
    acts.add_parser("reseal", help="seal everything anew under the current sealing key").set_defaults(
        func=_run(_reseal)
    )
    retire = acts.add_parser("retire", help="give up a key that nothing goes by any more")
    retire.add_argument("kind", choices=[kind.value for kind in KeyKind])
    retire.add_argument("key_id", metavar="ID")
    retire.add_argument("--anyway", action="store_true", help="give up what still goes by it")
    retire.set_defaults(func=_run(_retire))


def _run(deed: Deed) -> Callable[[Namespace], Awaitable[int]]:
    async def command(args: Namespace) -> int:
        settings = read_settings()
        keyring = keyring_of(settings)
        try:
            async with command_database(settings) as db:
                async with db.transaction() as tx:
                    await check_keyring(tx, keyring, now=now())
                return await deed(Bench(db, keyring, settings), args)
        except asyncpg.UndefinedTableError as missing:
            raise CommandFailed("The database has no tables yet: run `python -m app migrate`.") from missing

    return command


async def _list(bench: Bench, _args: Namespace) -> int:
    async with bench.db.transaction() as tx:
        known = await known_keys(tx)
        used = {KeyKind.PSEUDONYM: await pseudonyms_under(tx)}
    used[KeyKind.SEAL] = await sealed_under(bench.db)
    print(f"From {bench.keyring.source}:")
    for kind in KeyKind:
        ring = bench.keyring.of(kind)
        names = dict.fromkeys([*ring.by_id, *(key_id for of, key_id in known if of is kind), *used[kind]])
        for key_id in names:
            row = known.get((kind, key_id))
            if row is not None and row["retired_at"] is not None:
                state = f"retired {row['retired_at']:%Y-%m-%d}"
            elif key_id not in ring.by_id:
                state = "MISSING from the keyring"
            else:
                state = "current" if key_id == ring.current else "known"
            print(f"  {kind:<10} {key_id:<20} {state:<26} {used[kind][key_id]} {_UNITS[kind]}")
    return 0


_UNITS = {KeyKind.SEAL: "sealed values", KeyKind.PSEUDONYM: "callers"}


class _Progress:
    """Says how far it is, once a second, on stderr."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = time.monotonic()

    def __call__(self, done: int) -> None:
        if time.monotonic() - self._told >= TELL_EVERY_S:
            self._told = time.monotonic()
            print(f"{done} {self._what} ...", file=sys.stderr, flush=True)


async def _rotate(bench: Bench, _args: Namespace) -> int:
    pseudonymiser = pseudonymiser_of(bench.keyring)
    if not pseudonymiser.changing:
        raise CommandFailed(
            f"There is one pseudonym key only ({pseudonymiser.key_id}), so there is nothing to go over to: add a new "
            "one to the keyring first; docs/operations.md, Keys, says in which order."
        )
    vault = Vault(sealer_of(bench.keyring), timedelta(days=bench.settings.vault_retention_days), 1)
    recognising = Recognising(pseudonymiser, follow_pseudonym)
    result = await rotate_pseudonyms(
        bench.db, vault, recognising, read_clock=now, told=_Progress("callers have gone over")
    )
    async with bench.db.transaction() as tx:
        await enter(tx, Act.KEYS_ROTATED, "key", f"pseudonym/{pseudonymiser.key_id}", now=now(), moved=result.moved)
        left = {key_id: await remaining_under(tx, key_id, now=now()) for key_id in bench.keyring.pseudonym.others}
    print(f"{result.moved} callers went over to the key {pseudonymiser.key_id}.")
    for key_id, remaining in left.items():
        if remaining.callers:
            print(
                f"{remaining.callers} callers, {remaining.with_file} of them with a file, are known by {key_id} alone: "
                "their numbers are not held. Each goes over when they ring again; keep that key until then."
            )
    return _unopened(result.unopened)


async def _reseal(bench: Bench, _args: Namespace) -> int:
    sealer = sealer_of(bench.keyring)
    result = await reseal(bench.db, sealer, told=_Progress("values are sealed anew"))
    async with bench.db.transaction() as tx:
        await enter(tx, Act.KEYS_ROTATED, "key", f"seal/{sealer.current}", now=now(), sealed=result.done)
    print(f"{result.done} values were sealed anew under the key {sealer.current}.")
    return _unopened(result.unopened)


def _unopened(unopened: Counter[str]) -> int:
    for key_id, many in sorted(unopened.items()):
        print(
            f"{many} values under the sealing key {key_id} do not open: that key is not in the keyring, or it is "
            "another one. Give it back, then run this again.",
            file=sys.stderr,
        )
    return 1 if unopened else 0


async def _retire(bench: Bench, args: Namespace) -> int:
    kind, key_id = KeyKind(args.kind), args.key_id
    if key_id == bench.keyring.of(kind).current:
        raise CommandFailed(f"{key_id} is the current {kind} key: make another one current first.")
    async with bench.db.transaction() as tx:
        if (kind, key_id) not in await known_keys(tx):
            raise CommandFailed(f"No {kind} key {key_id} has ever been used here.")
    left = await (_left_of_seal if kind is KeyKind.SEAL else _left_of_pseudonym)(bench, key_id)
    if left and not args.anyway:
        print(f"{left} Nothing was changed; --anyway gives them up.", file=sys.stderr)
        return 1
    async with bench.db.transaction() as tx:
        if kind is KeyKind.PSEUDONYM:
            await drop_pseudonyms_of(tx, key_id)
        await note_retired(tx, kind, key_id, now=now())
        await enter(tx, Act.KEY_RETIRED, "key", f"{kind}/{key_id}", now=now(), given_up=bool(left))
    print(f"The {kind} key {key_id} is retired: take it out of the keyring, and start the processes anew.")
    return 0


async def _left_of_pseudonym(bench: Bench, key_id: str) -> str:
    async with bench.db.transaction() as tx:
        left = await remaining_under(tx, key_id, now=now())
    if not left.callers:
        return ""
    return (
        f"{left.callers} callers, {left.with_file} of them with a file, are known by {key_id} alone and would be "
        "strangers without it: run `python -m app keys rotate-pseudonyms`, or wait until they ring again."
    )


async def _left_of_seal(bench: Bench, key_id: str) -> str:
    many = (await sealed_under(bench.db))[key_id]
    if not many:
        return ""
    return f"{many} values are sealed under {key_id} and would not open without it: run `python -m app keys reseal`."
