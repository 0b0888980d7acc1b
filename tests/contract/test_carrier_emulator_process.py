"""The emulator as its own process: it serves the numbers of a file, and refuses a wrong start in one sentence."""

import asyncio
import json
import socket
import sys
from pathlib import Path

import httpx2

from tests.contract.rehearsed_product import LINE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.simulator", *arguments, stderr=asyncio.subprocess.PIPE
    )


async def test_it_serves_the_numbers_of_its_file_and_stops_when_told(tmp_path: Path) -> None:
    numbers = tmp_path / "numbers.json"
    numbers.write_text(json.dumps([{"number": LINE, "voice_url": "http://127.0.0.1:9/voice", "label_zh": "热线"}]))
    port = free_port()
    process = await start("--port", str(port), "--numbers", str(numbers), "--chaos", "drop_percent=5")
    assert process.stderr is not None
    first = json.loads(await process.stderr.readline())
    assert first["event"] == "service_started"
    transport = httpx2.AsyncHTTPTransport(retries=8)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        listed = (await client.get("/emulator/numbers")).json()
        assert [(item["number"], item["label_zh"]) for item in listed] == [(LINE, "热线")]
        assert (await client.get("/emulator/chaos")).json()["drop_percent"] == 5
        assert "演示电话" in (await client.get("/")).text
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 10) in {0, -15}


async def test_a_wrong_start_is_refused_in_one_sentence(tmp_path: Path) -> None:
    wrong = tmp_path / "numbers.json"
    wrong.write_text('[{"number": "+442079460100"}]')
    for arguments in (("--numbers", str(wrong)), ("--numbers", "/nowhere"), ("--time-scale", "0"), ("--chaos", "x=1")):
        process = await start(*arguments)
        _, said = await process.communicate()
        assert process.returncode == 1
        assert said.decode().startswith("The carrier emulator cannot start: ")
        assert len(said.decode().strip().splitlines()) == 1
