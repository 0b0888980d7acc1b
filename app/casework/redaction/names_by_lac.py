"""What the tags of LAC say of names: people, places, organisations, in the kinds of this engine."""

import re
from collections.abc import Iterator

from app.casework.redaction.lac_network import Tagged
from app.domain.redaction.edges import begin
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

_CHINESE = re.compile(r"[一-鿿]")
PERSON, PLACE, ORGANISATION = (16, 17), (18, 19), (20, 21)  # ids in tag.dic: first token, further tokens
_ENTITIES = {first: (first, further) for first, further in (PERSON, PLACE, ORGANISATION)}
_ENDINGS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.HOSPITAL, re.compile(r"(?:医院|卫生院|诊所|精神卫生中心|卫生服务中心|保健院|[东西南北]院)$")),
    (
        Kind.SCHOOL,
        re.compile(
            r"(?:大学|学院|中学|小学|高中|初中|学校|幼儿园|附中|附小|[一二三四五六七八九十\d]中|"
            r"[一二三四五六七八九十\d]小|职高|技校|实小|外国语)$"
        ),
    ),
    (Kind.EMPLOYER, re.compile(r"(?:公司|集团|厂|银行|支行|酒店|店|超市|局|所|事务所|科技|电子)$")),
)


def read_tags(text: str, tagged: Tagged) -> Iterator[Span]:
    """The names in a tagged text."""
    for tag, start, end in _entities(tagged):
        name = text[start:end]
        if not _CHINESE.search(name):
            continue  # it knows too little English
        if tag == PERSON:
            yield Span(start, end, Kind.PERSON, Reason.TAGGED)
        elif end - start >= 2:
            begins = begin(text, start, end) if end - start > 4 else start
            yield Span(begins, end, _kind(tag, text[begins:end]), Reason.TAGGED)


def _kind(tag: tuple[int, int], name: str) -> Kind:
    for kind, ending in _ENDINGS:
        if ending.search(name):
            return kind
    if tag == ORGANISATION:
        return Kind.ORG
    return Kind.CITY if len(name) <= 3 and not re.search(r"[区县镇乡村路街]$", name) else Kind.ADDRESS


def _entities(tagged: Tagged) -> Iterator[tuple[tuple[int, int], int, int]]:
    """Runs of tokens with the tags of one entity; places that follow each other are one."""
    at = 0
    tokens, tags = tagged.tokens, tagged.tags
    while at < len(tokens):
        entity = _ENTITIES.get(tags[at])
        if entity is None:
            at += 1
            continue
        last = at
        while last + 1 < len(tokens) and _goes_on(tagged, last, entity):
            last += 1
        yield entity, tokens[at].start, tokens[last].end
        at = last + 1


def _goes_on(tagged: Tagged, last: int, entity: tuple[int, int]) -> bool:
    if tagged.tokens[last + 1].start != tagged.tokens[last].end:
        return False
    tag = tagged.tags[last + 1]
    return tag == entity[1] or (entity == PLACE and tag == entity[0])
