"""`python -m app redact` as a person or a script meets it: JSON lines in, JSON lines out, and no note in an error."""

import asyncio
import json
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent


async def redact(given: str, *arguments: str) -> tuple[int | None, str, str]:
    """Exit status, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "redact", *arguments),
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(given.encode())
    return process.returncode, out.decode(), err.decode()


async def test_each_note_comes_back_redacted_with_places_in_what_came_in() -> None:
    notes = [{"id": 7, "text": "来电者自称李雪，电话１３８１２３４５６７８。"}, {"id": "b", "text": "哭泣约10分钟。"}]
    status, out, _err = await redact("".join(json.dumps(note, ensure_ascii=False) + "\n\n" for note in notes))
    assert status == 0
    first, second = [json.loads(line) for line in out.splitlines()]
    assert first == {
        "id": 7,
        "text": "来电者自称〔姓名1〕，电话〔电话1〕。",
        "spans": [{"start": 5, "end": 7, "type": "PERSON"}, {"start": 10, "end": 21, "type": "PHONE"}],
    }
    assert second == {"id": "b", "text": "哭泣约10分钟。", "spans": []}


async def test_a_file_of_one_person_can_be_numbered_together(tmp_path: Path) -> None:
    file = tmp_path / "notes.jsonl"
    texts = ["妈妈叫吴芳。", "爸爸叫张建国，妈妈是吴芳。"]
    file.write_text("\n".join(json.dumps({"id": n, "text": text}) for n, text in enumerate(texts)), encoding="utf-8")
    _status, out, _err = await redact("", str(file), "--together")
    assert [json.loads(line)["text"] for line in out.splitlines()] == [
        "妈妈叫〔姓名1〕。",
        "爸爸叫〔姓名2〕，妈妈是〔姓名1〕。",
    ]


async def test_a_broken_line_is_named_by_its_number_and_never_quoted() -> None:
    for broken in ('{"id": 1, "text": "李雪', '{"id": 1, "note": "李雪"}', '["李雪"]'):
        status, out, err = await redact('{"id": 0, "text": "没事"}\n' + broken + "\n")
        assert status == 2
        assert len(out.splitlines()) == 1
        assert err.startswith("Line 2 is not ")
        assert "李雪" not in err
        assert err.count("\n") == 1


async def test_a_line_that_no_program_means_is_refused_by_its_number() -> None:
    for broken in ('{"id": ' + "[" * 200_000, '{"id": ' + "7" * 5_000 + ', "text": "李雪"}'):
        status, out, err = await redact('{"id": 0, "text": "没事"}\n' + broken + "\n")
        assert status == 2
        assert len(out.splitlines()) == 1
        assert err.startswith("Line 2 is nested too deep, or has a number of thousands of digits.")
        assert err.count("\n") == 1


async def test_a_mark_of_the_byte_order_before_the_first_line_is_no_part_of_it(tmp_path: Path) -> None:
    marked = '\ufeff{"id": 1, "text": "来电者自称李雪。"}\n'
    file = tmp_path / "notes.jsonl"
    file.write_text(marked, encoding="utf-8")
    for given, *arguments in ((marked,), ("", str(file))):
        status, out, _err = await redact(given, *arguments)
        assert (status, json.loads(out)["text"]) == (0, "来电者自称〔姓名1〕。")


async def test_characters_for_private_use_cut_no_number_and_stay_where_they_were() -> None:
    """Old exports have them, and among them are those that stand for placeholders while a text is looked through."""
    status, out, _err = await redact(json.dumps({"id": 1, "text": "电话1\ue0003\ue0008\ue00000138000\ue000"}) + "\n")
    assert status == 0
    assert json.loads(out) == {
        "id": 1,
        "text": "电话〔电话1〕\ue000",
        "spans": [{"start": 2, "end": 16, "type": "PHONE"}],
    }


async def test_half_a_character_in_an_old_export_stops_nothing() -> None:
    """JSON can carry half of an emoji that was cut in two; no UTF-8 can."""
    status, out, _err = await redact('{"id": 1, "text": "来电者自称李雪，哭了 \\ud83d"}\n{"id": 2, "text": "没事"}\n')
    assert status == 0
    first, second = [json.loads(line) for line in out.splitlines()]
    assert first["text"] == "来电者自称〔姓名1〕，哭了 \ud83d"
    assert second["text"] == "没事"


async def test_a_file_that_is_not_there_is_one_sentence() -> None:
    status, _out, err = await redact("", "nowhere.jsonl")
    assert status == 2
    assert err == "nowhere.jsonl cannot be read: No such file or directory.\n"


async def test_a_note_that_takes_over_a_second_shows_how_far_it_is() -> None:
    long = "来电者自称李雪，家住杭州市西湖区文三路，昨晚没有睡，今天又打来了。" * 4500
    status, out, err = await redact(json.dumps({"id": 1, "text": long}) + "\n")
    assert status == 0
    assert "李雪" not in json.loads(out)["text"]
    assert "李雪" not in err
    told = err.splitlines()
    assert told, "it took less than a second: make the text longer"
    assert all(line.startswith("note 1: ") and line.endswith(f"of {len(long)} characters") for line in told)
