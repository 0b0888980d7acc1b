"""`app keys`, as a person meets it: what is there, what would be lost, and which key is wrong, by its name."""

import base64

from app.platform.db import Database
from tests.casework.vault.rotation_yard import FIRST, OLD, SECOND, number_of, yard
from tests.cli.command_line import Said, command

SEAL = b"s" * 32


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def one_key(url: str) -> dict[str, str]:
    return {
        "HOTLINE_DATABASE_URL": url,
        "HOTLINE_PSEUDONYM_KEY": written(FIRST),
        "HOTLINE_SEAL_KEY": written(SEAL),
    }


def both_keys(url: str) -> dict[str, str]:
    return one_key(url) | {
        "HOTLINE_PSEUDONYM_KEY": written(SECOND),
        "HOTLINE_PSEUDONYM_KEY_ID": "p2",
        "HOTLINE_PSEUDONYM_KEYS_OTHER": f"p1:{written(FIRST)}",
    }


async def _callers(url: str) -> None:
    """Three whose number is held, and one whose number is not."""
    db = Database(url, size=3)
    await db.open()
    before = await yard(db, OLD, lines=True)
    contacts = [(await before.talks(number_of(n)))[0] for n in range(4)]
    await before.forgets(contacts[3])
    await db.close()


def _said(said: Said, status: int) -> str:
    assert (said.status, said.trace) == (status, False), said
    assert written(FIRST) not in said.out + said.err
    return said.out + said.err


async def test_a_key_is_changed_step_by_step_and_nobody_is_given_up_unasked(database_url: str) -> None:
    await _callers(database_url)
    nothing = _said(await command("keys", "rotate-pseudonyms", **one_key(database_url)), 2)
    assert "one pseudonym key only (p1)" in nothing

    early = _said(await command("keys", "retire", "pseudonym", "p1", **both_keys(database_url)), 1)
    assert "4 callers, 4 of them with a file, are known by p1 alone" in early
    moved = _said(await command("keys", "rotate-pseudonyms", **both_keys(database_url)), 0)
    assert "3 callers went over to the key p2." in moved
    assert "1 callers, 1 of them with a file, are known by p1 alone" in moved
    refused = _said(await command("keys", "retire", "pseudonym", "p1", **both_keys(database_url)), 1)
    assert "1 callers, 1 of them with a file" in refused
    assert "Nothing was changed" in refused
    told = _said(await command("keys", "retire", "pseudonym", "p1", "--anyway", **both_keys(database_url)), 0)
    assert "p1 is retired" in told
    listed = _said(await command("keys", "list", **both_keys(database_url)), 0)
    assert "current" in next(line for line in listed.splitlines() if " p2 " in line)
    assert "retired" in next(line for line in listed.splitlines() if " p1 " in line)
    again = _said(await command("keys", "list", **one_key(database_url)), 2)
    assert "pseudonym key p1 was retired on" in again


async def test_a_sealing_key_is_changed_and_retired(database_url: str) -> None:
    await _callers(database_url)
    settings = one_key(database_url) | {
        "HOTLINE_SEAL_KEY": written(b"t" * 32),
        "HOTLINE_SEAL_KEY_ID": "k2",
        "HOTLINE_SEAL_KEYS_OTHER": f"k1:{written(SEAL)}",
    }
    await command("keys", "list", **one_key(database_url))

    early = _said(await command("keys", "retire", "seal", "k1", **settings), 1)
    sealed = _said(await command("keys", "reseal", **settings), 0)
    retired = _said(await command("keys", "retire", "seal", "k1", **settings), 0)

    assert "values are sealed under k1" in early
    assert "6 values were sealed anew under the key k2." in sealed
    assert "k1 is retired" in retired


async def test_a_missing_sealing_key_is_named_with_what_it_holds(database_url: str) -> None:
    await _callers(database_url)
    settings = one_key(database_url) | {"HOTLINE_SEAL_KEY": written(b"t" * 32), "HOTLINE_SEAL_KEY_ID": "k2"}

    said = _said(await command("keys", "reseal", **settings), 1)
    listed = _said(await command("keys", "list", **settings), 0)
    doctor = await command("doctor", **settings)

    assert "6 values under the sealing key k1 do not open" in said
    assert "MISSING from the keyring" in next(line for line in listed.splitlines() if " k1 " in line)
    assert "6 values are sealed under the seal key k1, which is not in the keyring" in doctor.out


async def test_another_key_under_a_known_name_stops_every_start(database_url: str) -> None:
    await command("keys", "list", **one_key(database_url))
    wrong = one_key(database_url) | {"HOTLINE_PSEUDONYM_KEY": written(SECOND)}

    for words in (("keys", "list"), ("work",), ("serve",), ("doctor",)):
        said = await command(*words, **wrong)
        assert said.status != 0
        assert "The pseudonym key p1 is not the key that this database knows by that name" in said.out + said.err
        assert not said.trace


async def test_a_key_that_cannot_be_retired_is_said(database_url: str) -> None:
    current = _said(await command("keys", "retire", "seal", "k1", **one_key(database_url)), 2)
    unknown = _said(await command("keys", "retire", "seal", "k7", **one_key(database_url)), 2)

    assert "k1 is the current seal key" in current
    assert "No seal key k7 has ever been used here" in unknown
