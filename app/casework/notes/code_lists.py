"""The code lists as the console gets them."""

from functools import cache

from app.casework.notes.coding import CodeList, code_book
from app.casework.notes.schemas import Codes, CodeSet, NamedCode
from app.domain.risk import NOT_POSSIBLE


@cache
def codes() -> Codes:
    """Every list but the one that no screen shows, and why danger could not be asked about."""
    shown = [_shown(each) for each in code_book().lists if each.kind != "concepts"]
    reasons = CodeSet(
        kind="danger_reasons",
        id="danger-reasons",
        version="1",
        zh="未能询问危险的原因",
        en="Why danger could not be asked about",
        source="app.domain.risk",
        items=[NamedCode(code=code, zh=zh, en=en) for code, (zh, en) in NOT_POSSIBLE.items()],
    )
    return Codes(version=code_book().version, lists=[*shown, reasons])


def _shown(each: CodeList) -> CodeSet:
    book = code_book()
    items = []
    for item in each.items:
        full = f"{each.id}:{item.code}" if each.kind == "topics" else item.code
        same = sorted(book.counterparts(full)) if each.kind == "topics" else []
        items.append(NamedCode(code=full, zh=item.zh, en=item.en, inside=item.inside, same_as=same))
    return CodeSet(
        kind=each.kind,
        id=each.id,
        version=each.version,
        zh=each.name.zh,
        en=each.name.en,
        source=each.source,
        items=items,
    )
