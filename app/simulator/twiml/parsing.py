"""From bytes to a checked document. The carrier's codes: 11750 too large, 12100 not XML, 12200 not in the grammar."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field

from app.simulator.twiml.grammar import ALLOWED, RULES, Setting

LARGEST = 64 * 1024


class DocumentFailed(Exception):  # noqa: N818 a turn of events, not an error
    """No usable instructions: the carrier's error code, a sentence, and the URL they were to come from."""

    def __init__(self, code: int, reason: str, url: str = "") -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason
        self.url = url


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its name, attributes, own text and children."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple["Verb", ...] = ()

    def number(self, attribute: str, default: float, *, least: float = 0) -> float:
        """A numeric attribute; DocumentFailed(12200) when it is no number or below `least`."""
        text = self.attributes.get(attribute)
        if text is None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise DocumentFailed(12200, f"{self.name} {attribute}={text!r} is not a number of at least {least:g}")
        return value

    def flag(self, attribute: str, *, default: bool) -> bool:
        """A true/false attribute; DocumentFailed(12200) for anything else."""
        text = self.attributes.get(attribute)
        if text is None:
            return default
        if text not in {"true", "false"}:
            raise DocumentFailed(12200, f"{self.name} {attribute}={text!r} is neither true nor false")
        return text == "true"

    def method(self, attribute: str = "method") -> str:
        """An HTTP method attribute, POST unless told otherwise."""
        text = self.attributes.get(attribute, "POST")
        if text not in {"GET", "POST"}:
            raise DocumentFailed(12200, f"{self.name} {attribute}={text!r} is neither GET nor POST")
        return text


@dataclass(frozen=True, slots=True)
class Document:
    """Verbs in order, and the URL that relative addresses in them start from."""

    verbs: tuple[Verb, ...]
    base_url: str = ""


def parse(body: bytes | str, *, base_url: str, setting: Setting) -> Document:
    """Read and check TwiML for the place where it will be performed. Raises DocumentFailed."""
    if len(body) > LARGEST:
        raise DocumentFailed(11750, "the document is larger than 64 kB", base_url)
    try:
        root = ET.fromstring(body)  # noqa: S314 the product under rehearsal wrote it, on this machine
    except ET.ParseError as error:
        raise DocumentFailed(12100, f"not XML: {error}", base_url) from error
    if root.tag != "Response":
        raise DocumentFailed(12100, f"the root is <{root.tag}>, not <Response>", base_url)
    verbs = tuple(_verb(element, ALLOWED[setting], setting.value, base_url) for element in root)
    return Document(verbs, base_url)


def _verb(element: ET.Element, allowed: frozenset[str], place: str, base_url: str) -> Verb:
    name = element.tag
    if name not in allowed:
        raise DocumentFailed(12200, f"<{name}> is not allowed in {place}", base_url)
    rule = RULES[name]
    unknown = sorted(set(element.attrib) - rule.attributes)
    if unknown:
        raise DocumentFailed(12200, f"<{name}> has no attribute {', '.join(unknown)}", base_url)
    text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    if text and not rule.has_text:
        raise DocumentFailed(12200, f"<{name}> carries no text", base_url)
    children = tuple(_verb(child, rule.children, f"<{name}>", base_url) for child in element)
    return Verb(name, dict(element.attrib), text, children)
