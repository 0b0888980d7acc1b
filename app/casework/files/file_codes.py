"""The codes of flags and of responsible adults, read once from `file_codes.yaml` and checked as they are read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from app.domain.errors import Invalid


@dataclass(frozen=True, slots=True)
class Code:
    """One code with its names."""

    code: str
    zh: str
    en: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class FlagCode(Code):
    """A flag's code: it holds for `days` unless said otherwise, and at most for `longest`."""

    days: int = 90
    longest: int = 365


@dataclass(frozen=True, slots=True)
class FileCodes:
    """One version of the codes."""

    version: str
    flags: dict[str, FlagCode]
    roles: dict[str, Code]

    def flag(self, code: str) -> FlagCode:
        """The flag of this code that may be placed now; raises Invalid."""
        found = self.flags.get(code)
        if found is None or found.retired:
            raise Invalid("There is no such flag. 没有这个标记。", fields={"code": "is not one of the flags"})
        return found

    def role(self, code: str) -> Code:
        """The role of this code that may be named now; raises Invalid."""
        found = self.roles.get(code)
        if found is None or found.retired:
            raise Invalid(
                "A responsible adult is named by a role of the list, never by a name. "
                "负责的成年人只填列表中的身份，不填姓名。",
                fields={"adults": "has a role that is not one of the roles"},
            )
        return found

    def name_of(self, kind: str, code: str) -> Code:
        """The names of any code, those out of use included; a code nobody knows any more is shown as it is."""
        named = self.flags if kind == "flag" else self.roles
        return named.get(code) or Code(code, code, code, retired=True)


@cache
def file_codes() -> FileCodes:
    """The codes of this deployment."""
    raw: dict[str, Any] = yaml.safe_load(files("app.casework.files").joinpath("file_codes.yaml").read_text("utf-8"))
    codes = FileCodes(
        version=raw["version"],
        flags={row["code"]: FlagCode(**row) for row in raw["flags"]},
        roles={row["code"]: Code(**row) for row in raw["roles"]},
    )
    for flag in codes.flags.values():
        if not 0 < flag.days <= flag.longest:
            raise ValueError(f"the flag {flag.code} holds longer than it may")
    if len(codes.flags) != len(raw["flags"]) or len(codes.roles) != len(raw["roles"]):
        raise ValueError("a code is there twice")
    return codes


def end_of_flag(flag: FlagCode, until: datetime | None, *, now: datetime) -> datetime:
    """When a flag placed now ends; raises Invalid for an end that has passed or lies too far away."""
    if until is None:
        return now + timedelta(days=flag.days)
    if not now < until <= now + timedelta(days=flag.longest):
        raise Invalid(
            f"This flag ends within {flag.longest} days from now; give an end in that time. "
            f"此标记最长 {flag.longest} 天，请填写在此期限内的截止时间。",
            fields={"expires_at": f"must lie within {flag.longest} days"},
        )
    return until
