"""The lines as the stand-in shows them: those of deploy/lines, in the shapes of /api/lines."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from app.platform.clock import now
from tests.console.fake_state import Document, iso

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "lines"


def all_lines() -> list[Document]:
    """Every line as a LineDetail."""
    files = [yaml.safe_load(file.read_text()) for file in sorted(FOLDER.glob("*.yaml"))]
    organisations = {one["id"]: one for file in files for one in file.get("organisations", ())}
    pools = {pool["id"]: pool for one in organisations.values() for pool in one.get("pools", ())}
    return [_detail(line, organisations, pools) for file in files for line in file.get("lines", ())]


def _named(thing: Document) -> Document:
    return {"id": thing["id"], "name_zh": thing["name"]["zh"], "name_en": thing["name"]["en"]}


def _moment(version: Document, name: str) -> datetime | None:
    text = version.get(name)
    if text is None:
        return None
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(version["calendar"]["time_zone"]))


def _versions(line: Document) -> list[Document]:
    starts = [_moment(version, "valid_from") or datetime(2020, 1, 1, tzinfo=UTC) for version in line["versions"]]
    ends = [_moment(version, "valid_until") for version in line["versions"]]
    ends = [end or (starts[index + 1] if index + 1 < len(starts) else None) for index, end in enumerate(ends)]
    return [
        {
            "id": f"{line['id']}-{index}",
            "valid_from": iso(start),
            "valid_until": iso(end) if end else None,
            "applied_at": iso(start),
            "in_force": start <= now() and (end is None or now() < end),
            "document": version,
        }
        for index, (version, start, end) in enumerate(zip(line["versions"], starts, ends, strict=True))
    ]


def _detail(line: Document, organisations: Document, pools: Document) -> Document:
    versions = _versions(line)
    in_force: Any = next((one for one in versions if one["in_force"]), versions[-1])
    steps = in_force["document"]["pools"]
    return {
        **_named(line),
        "organisation": _named(organisations[line["organisation"]]),
        "numbers": [
            {"number": one["number"], "shown": one.get("shown"), "placeholder": one.get("placeholder", False)}
            for one in line["numbers"]
        ],
        "running": True,
        "open": in_force["document"]["calendar"]["hours"] == {"daily": "24h"},
        "opens_at": None,
        "closes_at": None,
        "languages": in_force["document"]["languages"],
        "pools": [
            {**_named(pools[step["pool"]]), "stage": index, "overflow_after_s": step.get("overflow_after_s")}
            for index, step in enumerate(steps)
        ],
        "versions": list(reversed(versions)),
    }
