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
_NOT_PLACES = re.compile(
    r"^(?:中国|中华|亚洲|欧洲|国内|国外|海外|世界|地球|中|美|美国|英国|日本|韩国|德国|法国|俄罗斯|加拿大|澳大利亚|"
    r"澳洲|新西兰|新加坡|泰国|越南|印度|"
    r"[东南西北]方|[东西南北]|.*省|.*自治区|新疆|西藏|内蒙古|广西|宁夏|东北|华北|华东|华南|西北|西南|江南|北方|"
    r"南方|网上|网络|家|"
    r"河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|"
    r"青海|台湾|太平洋|农村|城市|市区|郊区)$"
)
_NOT_ORGANISATIONS = re.compile(
    r"^(?:公安|警方|警察|学校|医院|公司|政府|法院|学生会|教育局|公安局|派出所|居委会|村委会|大学|中学|小学|高中|"
    r"初中|卫健委|妇联|共青团|团委|民政局|热线|心理援助热线|"
    r".*热线|.*中心|精神科|心理科|社区|国家|QQ|qq|微信|抖音|小红书|微博|快手|腾讯|淘宝|B站|幼儿园|急诊|银行|超市|"
    r"酒店|网吧|检察院|.{0,2}医院|.{0,2}学校|世卫组织|NBA)$"
)
_NOT_PEOPLE = re.compile(
    r"^(?:王者|王者荣耀|安定|安|小|老|阿|上帝|佛祖|菩萨|耶稣|老天|老天爷|神|小三|小弟|老师|来电|白天|小时|高考|"
    r"舍曲林|奥氮平|黛力新|佐匹克隆|阿普唑仑|艾司唑仑|于|和|林黛玉|鲁迅|孔子|弗洛伊德)$"
)


def read_tags(text: str, tagged: Tagged) -> Iterator[Span]:
    """The names in a tagged text."""
    for tag, start, end in _entities(tagged):
        name = text[start:end]
        if not _CHINESE.search(name):
            continue  # it knows too little English
        if tag == PERSON:
            if not _NOT_PEOPLE.match(name):
                yield Span(start, end, Kind.PERSON, Reason.TAGGED)
        elif not _NOT_PLACES.match(name) and not _NOT_ORGANISATIONS.match(name) and end - start >= 2:
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
