"""What a person sees when a demonstration is ready: where to go, and how to sign in. Chinese and English."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path

from app.cli.seed import DemoLogin
from app.domain.permissions import Role

ROLES = {
    Role.VOLUNTEER: "志愿者 volunteer",
    Role.SUPERVISOR: "督导 supervisor",
    Role.CRISIS: "危机干预 crisis team",
    Role.PARTNER: "协作单位 partner",
    Role.ADMINISTRATOR: "管理员 administrator",
    Role.AUDITOR: "审计 auditor",
}


def welcome(*, web_url: str, phone_url: str, data_dir: Path, log_file: Path, logins: Sequence[DemoLogin]) -> str:
    """The box."""
    places = [
        ("控制台 console", f"{web_url}/"),
        ("演示电话 demo phone", f"{phone_url}/"),
        ("状态 health", f"{web_url}/readyz"),
        ("日志 log", str(log_file)),
    ]
    lines = ["心理热线演示已就绪 · The demo hotline is ready", ""]
    lines += [padded(name, 20) + address for name, address in places]
    if logins:
        lines += ["", f"登录密码 everyone's password: {logins[0].password}"]
        lines += [_login(login) for login in logins]
    lines += [
        "",
        "先登录控制台，点“上线接听”，再用演示电话拨打。Sign in, go ready, then dial from the demo phone.",
        f"按 Ctrl-C 停止，数据保留在 {data_dir} · Ctrl-C stops everything; the data stay.",
    ]
    return boxed(lines)


def _login(login: DemoLogin) -> str:
    cities = " ".join(dict.fromkeys(pool.split("-")[0] for pool in login.pools))
    columns = ((login.login, 16), (ROLES[Role(login.role)], 22), (login.work_name, 16), (cities, 0))
    return "  " + "".join(padded(text, wide) for text, wide in columns).rstrip()


def boxed(lines: Sequence[str]) -> str:
    """The lines with a frame around them."""
    wide = max(width(line) for line in lines)
    rule = "─" * (wide + 2)
    return "\n".join([f"┌{rule}┐", *(f"│ {padded(line, wide)} │" for line in lines), f"└{rule}┘"])


def padded(text: str, wide: int) -> str:
    """The text with blanks after it, `wide` columns in all."""
    return text + " " * (wide - width(text))


def width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two (Unicode Standard Annex 11)."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
