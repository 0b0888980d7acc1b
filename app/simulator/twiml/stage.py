"""What a document is performed on, and the ways in which a verb ends it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from app.simulator.calls import Source
from app.simulator.leg import Leg
from app.simulator.twiml.grammar import Setting
from app.simulator.twiml.parsing import Verb

if TYPE_CHECKING:
    from app.simulator.carrier import Carrier


class GoTo(Exception):  # noqa: N818 a turn of events, not an error
    """Go on with other instructions; `fields` go with the request for them."""

    def __init__(self, source: Source, fields: Mapping[str, str] | None = None) -> None:
        super().__init__("go to")
        self.source = source
        self.fields = dict(fields or {})


class HangUp(Exception):  # noqa: N818 a turn of events, not an error
    """`<Hangup>`: end the call."""


class Rejected(Exception):  # noqa: N818 a turn of events, not an error
    """`<Reject>` before the call was answered. `reason`: rejected or busy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LeftQueue(Exception):  # noqa: N818 a turn of events, not an error
    """`<Leave>` inside an Enqueue's waitUrl."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A leg, the place its document plays in, and the carrier around it."""

    carrier: "Carrier"
    leg: Leg
    setting: Setting
    base_url: str

    def absolute(self, url: str) -> str:
        """A URL of the document made absolute; an empty one is the document's own."""
        return urljoin(self.base_url, url) if url else self.base_url

    def source(self, verb: Verb, attribute: str, method_attribute: str = "method") -> Source | None:
        """Where an attribute such as `action` leads, or None when the verb has none."""
        if attribute not in verb.attributes:
            return None
        return Source(self.absolute(verb.attributes[attribute]), verb.method(method_attribute))

    def problem(self, code: int, message: str) -> None:
        """Raise an alert about this leg."""
        self.leg.call.error_codes.append(code)
        self.carrier.problems.note(code, message, sid=self.leg.call.sid, url=self.base_url.partition("?")[0])
