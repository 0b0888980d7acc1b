"""All rules together, over one text."""

from app.domain.redaction.dates import find_dates
from app.domain.redaction.handles import find_handles
from app.domain.redaction.names import find_names
from app.domain.redaction.numbers import find_numbers
from app.domain.redaction.places import find_places
from app.domain.redaction.plates import find_plates
from app.domain.redaction.sent_in_pieces import find_pieces
from app.domain.redaction.span import Span


def find_by_rules(text: str) -> list[Span]:
    """What the rules find in a `plain` text; findings may meet."""
    return [
        *find_numbers(text),
        *find_pieces(text),
        *find_plates(text),
        *find_handles(text),
        *find_dates(text),
        *find_places(text),
        *find_names(text),
    ]
