"""Keys come from one place, several of each kind; a wrong one is said by its name, and never with the key."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.platform.crypto import pseudonymiser_of, sealer_of
from app.platform.db import Database
from app.platform.key_checks import check_keyring, known_keys, note_retired
from app.platform.keyring import KeyKind, Keyring, Keys, keyring_of
from app.settings import Settings, SettingsWrong
from tests.casework.files.case_desk import NOW

A, B, C = (bytes([n]) * 32 for n in (1, 2, 3))


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def document(**changes: Any) -> str:
    whole = {
        "seal": {"current": "k2", "keys": {"k1": written(A), "k2": written(B)}},
        "pseudonym": {"current": "p1", "keys": {"p1": written(C)}},
    }
    return json.dumps({**whole, **changes})


def of_environment(**more: Any) -> Settings:
    given = {name: SecretStr(value) if name.endswith(("_key", "_other")) else value for name, value in more.items()}
    return Settings(
        **{"database_url": SecretStr("postgresql://x"), "seal_key": SecretStr(written(A)), **given,
           "pseudonym_key": given.get("pseudonym_key", SecretStr(written(C)))}
    )  # fmt: skip


def of_file(folder: Path, text: str, mode: int = 0o600) -> Settings:
    file = folder / "keyring.json"
    file.write_text(text)
    file.chmod(mode)
    return Settings(keyring_file=file)


def test_the_settings_of_before_mean_what_they_meant() -> None:
    ring = keyring_of(of_environment(seal_key_id="k7"))

    assert (ring.seal.current, dict(ring.seal.by_id)) == ("k7", {"k7": A})
    assert (ring.pseudonym.current, dict(ring.pseudonym.by_id)) == ("p1", {"p1": C})


def test_further_keys_are_named_in_the_environment() -> None:
    ring = keyring_of(of_environment(seal_keys_other=f"k0:{written(B)}, k9:{written(C)},", pseudonym_key_id="p2"))

    assert dict(ring.seal.others) == {"k0": B, "k9": C}
    assert (ring.pseudonym.current, dict(ring.pseudonym.others)) == ("p2", {})
    assert sealer_of(ring).current == "k1"


def test_a_file_that_only_its_owner_reads_holds_them_all(tmp_path: Path) -> None:
    ring = keyring_of(of_file(tmp_path, document()))

    assert (ring.seal.current, dict(ring.seal.others)) == ("k2", {"k1": A})
    assert sealer_of(ring).open(sealer_of(ring).seal(b"x", "a"), "a") == b"x"
    assert pseudonymiser_of(ring).key_id == "p1"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_can_read_is_refused_with_what_to_run(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SettingsWrong, match="chmod 600"):
        keyring_of(of_file(tmp_path, document(), mode))


def test_a_command_prints_them_and_is_run_once(tmp_path: Path) -> None:
    runs, ring_file = tmp_path / "runs", tmp_path / "ring"
    ring_file.write_text(document())
    settings = Settings(keyring_command=f"sh -c 'echo x >> {runs}; cat {ring_file}'")

    assert keyring_of(settings).seal == keyring_of(settings).seal
    assert runs.read_text() == "x\n"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("sh -c 'echo secret-on-stderr >&2; exit 3'", "status 3"),
        ("/no/such/command", "cannot be run"),
        ("sh -c 'echo no-json'", "not JSON"),
        ("'", "cannot be run"),
        ("echo [1]", "must be an object"),
    ],
)
def test_a_command_that_gives_no_keys_ends_the_start_with_a_sentence_that_repeats_nothing(
    command: str, says: str
) -> None:
    with pytest.raises(SettingsWrong, match=says) as wrong:
        keyring_of(Settings(keyring_command=command))
    assert "secret-on-stderr" not in str(wrong.value)
    assert "no-json" not in str(wrong.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"seal": {"current": "k3", "keys": {"k1": written(A)}}}, "which of its seal keys"),
        ({"seal": {"keys": {"k1": written(A)}}}, "which of its seal keys"),
        ({"seal": {"current": "k1", "keys": {}}}, "no seal keys"),
        ({"pseudonym": None}, "no pseudonym keys"),
        ({"pseudonym": {"current": "p1", "keys": {"p1": "c2VjcmV0"}}}, "pseudonym key p1 must be 32"),
        ({"pseudonym": {"current": "p1", "keys": {"p1": 7}}}, "pseudonym key p1 must be 32"),
        ({"seal": {"current": written(A), "keys": {written(A): "k1"}}}, "a key's name has"),
    ],
)
def test_a_wrong_keyring_is_said_by_the_keys_name_and_quotes_no_key(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(SettingsWrong, match=says) as wrong:
        keyring_of(of_file(tmp_path, document(**change)))
    assert written(A) not in str(wrong.value)
    assert "c2VjcmV0" not in str(wrong.value)


@pytest.mark.parametrize(
    ("others", "says"),
    [(f"k1:{written(B)}", "a second time"), ("k0:short", "its key k0 must be 32"), (written(B), "a key's name has")],
)
def test_further_keys_that_are_wrong_are_said_and_not_quoted(others: str, says: str) -> None:
    with pytest.raises(SettingsWrong, match=says) as wrong:
        keyring_of(of_environment(seal_keys_other=others))
    assert written(B) not in str(wrong.value)
    assert "short" not in str(wrong.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="cannot be read"):
        keyring_of(Settings(keyring_file=tmp_path / "none"))


def test_no_keyring_shows_its_keys_when_it_is_printed(tmp_path: Path) -> None:
    shown = repr(keyring_of(of_file(tmp_path, document())))

    assert written(A) not in shown
    assert repr(A) not in shown
    assert os.fsdecode(A) not in shown


def ring(pseudonym: dict[str, bytes], current: str) -> Keyring:
    return Keyring(Keys("k1", {"k1": A}), Keys(current, pseudonym), "a test")


async def test_another_key_under_a_known_name_is_refused_by_that_name(database_url: str) -> None:
    db = Database(database_url, size=2)
    await db.open()
    async with db.transaction() as tx:
        await check_keyring(tx, ring({"p1": B}, "p1"), now=NOW)
        await check_keyring(tx, ring({"p1": B}, "p1"), now=NOW)
        await check_keyring(tx, ring({"p1": B, "p2": C}, "p2"), now=NOW)
        with pytest.raises(SettingsWrong, match="pseudonym key p1 is not the key"):
            await check_keyring(tx, ring({"p1": C, "p2": C}, "p2"), now=NOW)
        await note_retired(tx, KeyKind.PSEUDONYM, "p1", now=NOW)
        await check_keyring(tx, ring({"p1": B, "p2": C}, "p2"), now=NOW)
        with pytest.raises(SettingsWrong, match="p1 was retired on 2026-11-24"):
            await check_keyring(tx, ring({"p1": B, "p2": C}, "p1"), now=NOW)
        known = await known_keys(tx)
    await db.close()
    assert set(known) == {(KeyKind.SEAL, "k1"), (KeyKind.PSEUDONYM, "p1"), (KeyKind.PSEUDONYM, "p2")}
    assert not {bytes(row["fingerprint"]) for row in known.values()} & {A, B, C, A[:16], B[:16], C[:16]}
