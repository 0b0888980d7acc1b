"""Connection overrides in a webhook URL's fragment (`#ct=2000&rt=5000&rc=2&rp=ct,5xx`), as documented."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

POLICIES = frozenset({"ct", "rt", "4xx", "5xx", "all"})


@dataclass(frozen=True, slots=True)
class RetryRules:
    """Seconds to connect, to read, in total; how many retries, and after what: ct (connect, TLS), rt, 4xx, 5xx, all."""

    connect_s: float
    read_s: float
    total_s: float
    retries: int = 1
    after: frozenset[str] = frozenset({"ct"})

    def covers(self, failure: str) -> bool:
        """Whether this kind of failure is tried again."""
        return "all" in self.after or failure in self.after


def rules_of(fragment: str, *, connect_s: float, total_s: float) -> RetryRules:
    """The rules a URL's fragment asks for, within the carrier's bounds; what it does not name keeps its default."""
    asked = dict(parse_qsl(fragment))

    def seconds(key: str, default: float, most_s: float) -> float:
        value = asked.get(key, "")
        return min(max(int(value) / 1000, 0.1), most_s) if value.isdigit() else min(default, most_s)

    count = asked.get("rc", "")
    policies = frozenset(asked.get("rp", "").split(",")) & POLICIES
    return RetryRules(
        connect_s=seconds("ct", connect_s, 10.0),
        read_s=seconds("rt", total_s, total_s),
        total_s=seconds("tt", total_s, total_s),
        retries=min(int(count), 5) if count.isdigit() else 1,
        after=policies or frozenset({"ct"}),
    )
