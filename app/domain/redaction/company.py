"""Names by the company they keep: after a word for somebody close (室友, my cousin), before what only people do, and
places by what is done there (在盒马上班).

These cues are weak: a verb may stand there as well. Whoever uses them asks a tagger too, and it has to find the name at
least possible.
"""

import re
from collections.abc import Iterator

from app.domain.redaction.edges import begin
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span, matches_at

_CLOSE = (
    r"室友|舍友|同桌|闺蜜|发小|死党|好友|朋友|男友|女友|男朋友|女朋友|前夫|前妻|前任|对象|老公|老婆|丈夫|妻子|男人|"
    r"媳妇|儿子|女儿|闺女|"
    r"[他她你娃][爹娘爸妈]|姨夫|姑夫|"
    r"孙子|孙女|外孙女?|侄子|侄女|外甥女?|弟弟|妹妹|哥哥|姐姐|[表堂][哥姐弟妹]|弟媳|嫂子|姐夫|妹夫|继父|继母|后妈|"
    r"养父|养母|舅舅|舅妈|姑姑|姑父|"
    r"小姨|姨妈|姨父|二叔|三叔|婶婶|婆婆|公公|岳母|岳父|女婿|儿媳|我[爸妈哥姐弟妹儿]|他[爸妈]|她[爸妈]|母亲|父亲|"
    r"妈妈|爸爸|外婆|外公|奶奶|爷爷|护工|保姆|"
    r"护士|护士长|班主任|辅导员|导师|教练|队长|组长|班长|线长|店长|民警|辅警|保安|门卫|宿管|邻居|房东|同事|同学|"
    r"学长|学姐|学弟|学妹|师兄|师姐|师弟|师妹|"
    r"网友|群友|病友|工友|战友|队友|笔友|志愿者|社工|督导|案主|患者|病人|患儿|学生|来访者|当事人|被害人|嫌疑人|"
    r"证人|监护人|联系人|写给|名叫|那个|有个"
)
_ENDS = (
    r"(?=[，,。.！!？?；;、：:（(“”\s]|$|说|把|被|在|的|也|又|给|跟|和|与|打|不|已|去|来|没|昨|今|刚|是|最|帮|陪|"
    r"发|告诉|劝|骂|们|家|从|对|向|哭|割|跳|"
    r"要|想|会|知道|走|死|带|送|找|一直|总|老|叫|让|喊|约|借|欠|都|就|才|还|考|住|上|离|出|拉|看|听|问|答|拿|用|因|"
    r"为)"
)
_DOES = (
    r"(?=说|告诉|打我|打她|打他|骂|哭|割|跳楼|跳河|自杀|吞|喝醉|喝多|陪|劝|安慰|报警|报了警|发消息|发现|跟我|跟她|"
    r"跟他|和我|把我|把她|把他|让我|逼|借|欠|"
    r"来电|在哭|拒绝|不肯|不想活|不理|不接|答应|承认|否认|失踪|去世|走了|离家|住院|出院|转学|退学|辞职|吃了|喝了|"
    r"昨天|昨晚|今天|最近|又来|又打|又喝|没来|没回|"
    r"已经|从楼|从三楼|站在|躺在|蹲在|坐在|剪了|扔了|藏|删|拉黑)"
)
ENGLISH_CLOSE = (
    "mother|father|mum|mom|mam|dad|stepdad|stepmum|stepmom|nan|gran|aunt|auntie|uncle|brother|sister|cousin|nephew|niece|son|"
    "daughter|husband|wife|boyfriend|girlfriend|partner|roommate|flatmate|bunkmate|classmate|neighbou?r|friend|teacher|parent"
)
"""English words for somebody close."""
_SOMEBODY_CLOSE = re.compile(rf"(?={_CLOSE})")
_AFTER_CLOSE = (
    re.compile(rf"(?:{_CLOSE})(?P<n>[一-鿿]{{2,3}}?){_ENDS}"),
    re.compile(rf"(?:{_CLOSE})(?P<n>[一-鿿]{{3,4}}){_ENDS}"),
)
_PATTERNS = (
    re.compile(r"、(?P<n>[一-鿿]{1,3}?)(?=都[在被是没不去来]|[三四两几]个(?:人|都|，)|一起)"),
    re.compile(r"(?<![一-鿿])(?P<n>[一-鿿]{1,4})[，,]\s?(?:[男女]|[FM]\b)[，,\s]"),  # 谷，男，45
    re.compile(r"[我他她][们]?都?叫[他她我]?[“\"]?(?P<n>[一-鿿]{2,4}?)(?=[”\"，,。.！!？?；;\s]|行不行|就[好行]|$)"),
    re.compile(rf"(?<![一-鿿])(?P<n>[一-鿿]{{2,3}}?){_DOES}"),
    re.compile(rf"(?<![A-Za-z0-9])(?P<n>[小老阿]?[A-Z]){_DOES}"),
    re.compile(rf"(?:{_CLOSE}|[和跟给叫被让找对把])(?P<n>[小老阿]?[A-Z])(?![A-Za-z0-9]){_ENDS}"),
    re.compile(
        r"(?<![一-鿿])(?P<n>[一-鿿]{2,3})(?:和|跟|与|、)(?P<m>[一-鿿]{2,3})(?=都|是|在|打|吵|分|好|离|两|俩|"
        r"没|不|一起)"
    ),
    re.compile(
        r"\b(?:friend|cousin|roommate|flatmate|classmate|colleague|boyfriend|girlfriend|husband|wife|partner|"
        r"fianc[eé]e?|"
        r"ex|son|daughter|brother|sister|mother|father|mum|mom|dad|stepdad|stepmum|stepmom|uncle|aunt|neighbou?r|"
        r"nephew|"
        r"niece|grandson|granddaughter|boss|manager|teacher|coach|counsell?or|therapist|psychiatrist|nurse|volunteer|"
        r"sponsor|client|patient|student|tell|told|ask|asked|texted|called|miss|misses|met|saw|and|&),?\s"
        r"(?P<n>[A-Z][a-z’'-]+(?:\s[A-Z][a-z’'-]+)?)\b"
    ),
    re.compile(rf"\b(?P<n>[A-Z][a-z-]+)(?=['’]s\s(?:{ENGLISH_CLOSE})s?\b)"),
    re.compile(
        r"(?:^|(?<=[.!?;\n]\s)|(?<=[\n\"“]))(?P<n>[A-Z][a-z’'-]+(?:\s[A-Z][a-z’'-]+)?)(?=(?:'s|’s)?\s(?:said|says|"
        r"told|hit|"
        r"hits|cried|left|died|called|texted|took|cut|is|was|has|had|won't|will|wants|and|found|knows|keeps|never|"
        r"asked|denied|denies|agreed|jumped|drinks|works|lives|came|went|lost|stopped)\b)"
    ),
)
_PLACES = (
    (
        Kind.EMPLOYER,
        re.compile(
            r"在(?P<n>[一-鿿A-Za-z]{2,7}?)(?=上班|打工|上夜班|上白班|夜班|加班|实习|干活|干了|送外卖|送快递|收银|打螺丝|任职|工作|"
            r"当学徒|当保安|当服务员|站柜台|开车|做(?:[一-鿿]{2,3})(?:[，。；,;]|$))"
        ),
    ),
    (Kind.SCHOOL, re.compile(r"(?:在|转到)(?P<n>[一-鿿]{2,8}?)(?=读|念|上学|上课|复读|住校|教书|当老师)")),
    (
        Kind.HOSPITAL,
        re.compile(
            r"(?:在|去|到|送)(?P<n>[一-鿿]{2,8}?)(?=住院|看病|看诊|看心理|看精神|看过|复诊|确诊|就诊|开的?药|洗胃|急诊|儿科|心理科|"
            r"精神科|住过院|抢救|当护士|坐诊)"
        ),
    ),
    (
        Kind.SCHOOL,
        re.compile(r"(?:毕业于|就读于|考[上进]了?|学校是)(?P<n>[一-鿿]{2,8}?)(?=[，。；、,;.！？!?\s]|$|的)"),
    ),
    (
        Kind.EMPLOYER,
        re.compile(r"(?:(?:供职|任职|就职)于|(?:公司|单位|店|厂)是)(?P<n>[一-鿿]{2,8}?)(?=[，。；、,;.！？!?\s]|$|的)"),
    ),
    (
        Kind.ADDRESS,
        re.compile(
            r"(?:住在?|租在|人在|站在|躲在|坐在|困在)(?P<n>[一-鿿A-Za-z]{2,8}?)(?=楼顶|天台|顶楼|楼下|门口|附近|旁边|对面|边上|后门|"
            r"[一二三四五六七八九十\d]{1,3}[楼层号栋])"
        ),
    ),
)
_LOOSE = (
    re.compile(r"(?<![一-鿿])(?P<n>[一-鿿]{2,3}?)(?=[又也才刚还就都没不在的把被给会要是考因去])"),
    re.compile(
        r"(?:[和跟与给找叫劝问骂打恨怕想爱陪带送救信靠为]|告诉|联系|通知|喜欢|梦见|想念|约了|等)(?P<n>[一-鿿]{2,3}?)"
        r"(?=[，,。.！!？?；;、：:\s]|$|[的了在都也去来说打一])"
    ),
)


def find_loose_company(text: str) -> Iterator[Span]:
    """What stands where names stand, and much else does."""
    for pattern in _LOOSE:
        for match in pattern.finditer(text):
            yield Span(match.start("n"), match.end("n"), Kind.PERSON, Reason.CUE)


def find_places_by_company(text: str) -> Iterator[Span]:
    """What may be the name of a place in a `plain` text, by what is done there."""
    for kind, pattern in _PLACES:
        for match in pattern.finditer(text):
            start = begin(text, match.start("n"), match.end("n"))
            if match.end("n") - start >= 2:
                yield Span(start, match.end("n"), kind, Reason.CUE)


def find_company(text: str) -> Iterator[Span]:
    """What may be a name in a `plain` text, by the words beside it."""
    close = [match.start() for match in _SOMEBODY_CLOSE.finditer(text)]
    for pattern in _AFTER_CLOSE:
        for match in matches_at(pattern, text, close):
            yield Span(match.start("n"), match.end("n"), Kind.PERSON, Reason.CUE)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            for name in ("n", "m"):
                if name in pattern.groupindex:
                    yield Span(match.start(name), match.end(name), Kind.PERSON, Reason.CUE)
