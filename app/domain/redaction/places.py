"""Places by the words that end their names: addresses, schools, classes, hospitals, employers, offices.

The words are those of Chinese and English addresses; where a Chinese name begins, `edges.py` decides. Names without
such a word (顺丰, Siemens, Chengdu) are the taggers'.
"""

import re
from collections.abc import Iterator

from app.domain.redaction.edges import begin
from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

_NO = r"[A-Za-z]?\d{1,5}[A-Za-z]?(?:[-－–]\d{1,4})*|[一二三四五六七八九十百零〇两]{1,5}|[A-Z甲乙丙丁东西南北]"
_H = r"[一-鿿]"
_PLACE = rf"(?:{_H}{{1,9}}?(?:省|自治区|自治州|盟|地区|市|区|县|旗|镇|乡|街道|社区|村|屯|寨|庄子|大队|开发区|高新区))"
_ROAD = rf"(?:{_H}{{1,8}}?(?:路|大道|大街|街|巷|弄|胡同|里弄|大桥|立交桥|环线))"
_BUILT = (
    rf"(?:{_H}{{1,8}}?(?:小区|花园|公寓|家园|花苑|新苑|雅苑|名苑|佳苑|嘉园|苑|新村|大厦|广场|宿舍楼|宿舍|"
    rf"家属院|大院|府邸|华府|豪庭|名邸|庄园|别墅|工业园|科技园|产业园|筒子楼))"
)
_UNIT = (
    rf"(?:第?(?:{_NO})\s?(?:号院|号楼|号|弄|幢|栋|座|期|单元|楼|层|室|房|门|户|组|队|村民小组|社)(?!线|院[看挂]|"
    rf"友|码|学)|(?<=[号楼栋幢座元层])\s?(?:[A-Za-z]?\d{{2,4}}|[一二三四五六七八九零〇幺]{{3,4}})(?!\d))"
)
_ADDRESS = re.compile(rf"(?:{_PLACE}|{_ROAD}|{_BUILT})(?:\s?(?:{_PLACE}|{_ROAD}|{_BUILT}|{_UNIT}))*")
_UNITS_ONLY = re.compile(rf"{_UNIT}(?:\s?{_UNIT})+|(?<![\d一-鿿])\d{{1,3}}\s?(?:栋|幢|号楼)(?:\s?{_UNIT})*")
_DOORED = re.compile(
    rf"(?P<name>{_H}{{2,8}}?)(?:\d{{1,4}}|[一二三四五六七八九十]{{1,3}})\s?(?:号楼|栋|幢|座|期|"
    rf"号院)\s?(?:\d{{1,4}}\s?(?:单元|室|房|层|楼)?\s?)*"
)
_NAMELESS = re.compile(
    r"^(?:小|大|本|全|各|某|外|郊|城|市|农|乡|山|新|老|旧|该|这|那|一|别|邻|隔壁|附近|整个|同|自己|我们|他们|"
    r"同一)?(?:省|市|区|县|镇|乡|村|路|街|小区|社区|宿舍|广场|公寓|街道|大街|大院|花园|地区|马路|公路|铁路|道路|"
    r"半路|网路|思路|出路|套路|楼|庄园|大厦|宿舍楼|别墅|农村|乡村|城市|城镇|心理区)$|"
    r"(?:走投无路|一路|死路|活路|退路|后路|绝路|回家的路|路上|逛街|上街|街上|过马路|门路|公路|铁路|高速公路|短路|"
    r"电路|弯路|歪路|心路|线路|同路|封路|堵路|让路|拦路|走路|放学路|领路|带路|引路|问路|赶路|超市|上市|股市|夜市|门市|都市|误区|社区|时区|病区|"
    r"禁区|盲区|雷区|景区|校区|灾区|山区|地区|农村|乡村|市区|郊区|城区|小区|片区|专区|留言区|评论区|弹幕区|"
    r"舒适区)$"
)
_STUDENT_HOME = re.compile(
    r"(?P<part>(?<![\d.:-])[1-9]\d?-\d{1,2}-\d{3,4}(?![\d-])|"
    r"(?:[东西南北]区)?\d{1,2}\s?(?:号楼|栋|舍)\s?\d{3,4}(?:寝室|宿舍|室)?|\d{3,4}(?:寝室|宿舍)(?!楼))"
)

_SCHOOL = re.compile(
    rf"{_H}{{2,16}}?(?:大学|学院|附属中学|附中|附小|中学|小学|高中|初中|幼儿园|学校|技校|职校|职高|中专|实验|外国语|"
    r"(?:[一二三四五六七八九]|二?十[一二三四五六七八九]?)中(?![学心医午间国文]))"
    r"(?:[一-鿿]{1,3}校区|[东西南北]校区|分校|本部)?"
)
_NUMBERED_SCHOOL = re.compile(
    rf"{_H}{{0,8}}?(?:第?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}}))(?:中学?|小学?|高级?中?学?|职高|"
    rf"幼)(?![一-鿿]*心理)"
)
_NO_SCHOOL = re.compile(
    r"^(?:大学|中学|小学|高中|初中|学校|幼儿园|职高|中专|技校|学院|上了?大学|读?大学|这所?学校|那所?学校|"
    r"一所(?:大学|学校|中学|小学)|重点(?:大学|中学|高中|初中)|寄宿学校|普通高中|民办学校|公办学校|私立学校|"
    r"公立学校|新学校|原学校|旧学校|外地(?:大学|学校)?|国外大学|名牌大学|老年大学|特殊学校|技术学校|职业学校|"
    r"艺术学校|体育学校|全日制学校|科学实验|做实验|实验|外国语|普高|好高中|好大学|国际学校|附属小学|附属中学|"
    r"本科学校|专科学校|专科学院)$|"
    r"(?:上|读|念|考|去|回|到|的|个|从|在|所|进|不去|没有|换|转|离开|整个|全部|很多|其他|其它|别的|现在|以前|之前|"
    r"好的|好一点的)(?:大学|中学|小学|高中|初中|学校|幼儿园|职高|中专|技校|学院|实验)$"
)
_GRADE = r"(?:小学|初中|高中|小|初|高|大|研|博|中职|职高)"
_N = r"[一二三四五六七八九1-9]"
_CLASS_NO = (
    r"(?:[（(]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?[)）]\s?班?|(?:第)?(?:\d{1,2}|"
    r"[一二三四五六七八九十]{1,3})\s?班|[A-F]\s?班|(?:重点|火箭|实验|尖子|普通|平行|国际|特长|创新|竞赛|"
    r"宏志|文科|理科)班)"
)
_CLASSES = (
    re.compile(rf"{_GRADE}?{_N}\s?(?:年级|年)?\s?{_CLASS_NO}"),
    re.compile(
        rf"(?:(?:20)?\d{{2}}级|{_GRADE}{_N}|{_N}年级)[一-鿿]{{0,8}}?(?:专业|系)?\s?(?:\d{{1,4}}|"
        rf"[一二三四五六七八九十]{{1,2}})\s?班"
    ),
    re.compile(
        r"(?<![\d一-鿿A-Za-z])(?:[一二三四五六七八九]|\d{1,2})\s?[（(]\s?(?:\d{1,2}|"
        r"[一二三四五六七八九十]{1,2})\s?[)）]\s?班?"
    ),
    re.compile(r"(?<![\d])(?:\d{3,4}|[一二三四五六七八九十]{1,2}年级[一-鿿]{0,2}\d{1,2})\s?班(?!车|次|机)"),
    re.compile(r"[小中][一二三四五六][甲乙丙丁戊A-F]班"),  # as in Hong Kong
    re.compile(r"(?<![A-Za-z0-9])G(?:1[0-2]|[1-9])\s?[-–(（]\s?\d{1,2}\s?[)）]?\s?班?"),
    re.compile(r"(?<![一-鿿])[大中小托][一二三四五六1-6]班|(?<=幼儿园)[大中小托][一二三四五六1-6]班"),
    re.compile(r"(?:20)?\d{2}\s?级[一-鿿]{2,8}?(?:系|专业|班)"),
    re.compile(r"(?<![\d.])(?:20)?[012]\d级(?![别以地大强台风伤残的])"),
    re.compile(
        r"\b(?:Grade|Year|Form|Primary|Secondary|Senior|Junior|Class)\s+(?:\d{1,2}|One|Two|Three|Four|Five|Six|"
        r"[IVX]+)\s*[,(]?\s*(?:Class|Section|Room|Form|Homeroom)\s+(?:\d{1,2}|[A-Z]\b|One|Two|Three|Four|Five|Six|"
        r"Seven|Eight|Nine|Ten)\)?",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b[Cc]lass\s+(?:\d{1,2}|[A-Z])\s*(?:,|of|in)?\s*(?:[Gg]rade|[Yy]ear|[Ss]enior|[Jj]unior)\s+(?:\d{1,2}|"
        r"[A-Za-z]+)"
    ),
    re.compile(
        r"\b(?:[Cc]lass|[Ff]orm)\s+\d{1,2}(?:[.(]\d{1,2}\)?|[A-F])\b|\b(?:[78]|9|1[0-3])[A-F]\b(?=\s+(?:class|form|"
        r"student|homeroom|at))"
    ),
)

_HOSPITAL = re.compile(
    rf"(?:{_H}{{1,16}}?|{_H}{{0,8}}?第?(?:\d{{1,3}}|[一二三四五六七八九十]{{1,3}}))(?:医院|卫生院|诊所|精神卫生中心|"
    rf"卫生服务中心|妇幼保健院|保健院|医疗中心|康复中心|疗养院|卫生所)(?:[一-鿿]{{1,3}}院区|[东西南北]院|分院)?"
)
_NO_HOSPITAL = re.compile(
    r"^(?:医院|到?当地医院|附近医院|就近医院|大医院|小医院|专科医院|精神病?医院|综合医院|三甲医院|公立医院|"
    r"私立医院|县医院|市医院|省医院|校医院|一家医院|心理诊所|这家医院|那家医院|妇产科医院|社区医院|"
    r"社区卫生服务中心|精神卫生中心|专业医院|正规医院|上级医院|定点医院|急救中心|儿童医院|精神专科医院|"
    r"心理专科医院|肿瘤医院|中医院|妇幼保健院|康复中心|乡镇卫生院|镇卫生院|一所医院)$|"
    r"(?:去|到|在|的|往|回|进|从|了|过|家|所|个|住|跑|看|有|大|小|各|当地|附近|就近|最近|专科|三甲|正规|专业|上级|"
    r"综合|外地|本地|其他|别的|心理|精神|精神病|公立|私立)(?:医院|诊所|卫生院)$"
)
_EMPLOYER = re.compile(
    rf"{_H}{{2,14}}?(?:有限责任公司|股份有限公司|有限公司|分公司|子公司|公司|集团|工厂|电子厂|服装厂|玩具厂|鞋厂|"
    rf"制衣厂|食品厂|机械厂|化工厂|钢铁厂|纺织厂|水泥厂|印刷厂|砖厂|支行|分行|银行|事务所|研究院|研究所|设计院|"
    rf"大酒店|酒店|宾馆|饭店|餐厅|饭馆|火锅店|奶茶店|理发店|超市|美容院|健身房|网吧|培训学校|培训机构|培训班|报社|"
    rf"电视台|电力局|税务局|供电局|教育局|民政局|工商局|财政局|水务局|邮政局|物流园|快递站|网点|门店|专卖店|药店|"
    rf"旗舰店|工地|项目部|煤矿|车间)"
)
_NO_EMPLOYER = re.compile(
    r"^(?:小|大|本|该|这|那|某|一|几|外|新|老|私|民营|国有|上市|外贸|互联网|保险|建筑|装修|快递|物流|中介|广告|"
    r"科技|贸易|培训|家具|服装|网络|跨国|外资|合资|劳务|保洁|房产|旅游|传媒|软件|家政)?[一-鿿]{0,2}?(?:公司|集团|"
    r"工厂|超市|银行|酒店|宾馆|饭店|餐厅|网吧|工地|车间|奶茶店|理发店|健身房|药店|研究所|教育局|民政局|派出所|"
    r"电子厂|服装厂|培训班|培训机构|事务所|门店|火锅店|饭馆)$"
)
_OFFICE = re.compile(
    rf"{_H}{{2,10}}?(?:派出所|公安局|公安分局|分局|刑警队|交警队|法院|检察院|看守所|戒毒所|福利院|救助站|居委会|"
    rf"村委会|街道办|司法所|教会|寺|协会|俱乐部|琴行|舞蹈班|道馆|社团|工作室|书院|夏令营|补习班|辅导班|社工站|基金会|教堂|福音堂|清真寺|"
    rf"读书会|志愿队|互助会|少年宫)"
)
_NO_OFFICE = re.compile(
    r"^(?:当地|附近|去|到|在|的|所在|辖区|属地|这个|那个|一个|小区|向)?(?:当地|附近|所在|辖区|"
    r"属地)?[一-鿿]{0,2}(?:派出所|公安局|分局|法院|检察院|居委会|村委会|街道办|教会|协会|俱乐部|社团|工作室|补习班|"
    r"辅导班|寺|福利院|救助站|看守所|舞蹈班|书院|夏令营|社工站|基金会|教堂|福音堂|清真寺|读书会|志愿队|互助会|少年宫)$"
)

_CAP = r"(?:[A-Z][\w’'.&-]*|of|the|and|for|de|No\.?|\d{1,3}|#\d{1,3})"
_ENGLISH: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        Kind.ADDRESS,
        re.compile(
            r"(?:(?:(?i:Room|Rm|Apt|Apartment|Flat|Dorm)|Unit|Suite|Building|Block|Tower|Floor|House|Dorm(?:itory)?|Lane|"
            r"Entrance|No)\.?\s?#?[A-Z]?\d+[A-Z]?(?:[-/]\d+)*,?\s*)+(?:(?:of|in|at|"
            r"on)\s+)?(?:[A-Z0-9][\w’'-]*,?\s*)*(?:Road|Rd|Street|St|Avenue|Ave|Lane|Drive|District|County|Village|"
            r"Town|Garden|Gardens|Community|Mansion|Estate|Court|Plaza|Compound|City|Building|"
            r"Dormitory)?\b(?:,\s*[A-Z][a-z]+(?:\s+(?:District|City|County|Province|Town))?)*"
        ),
    ),
    (
        Kind.ADDRESS,
        re.compile(
            r"(?:\d{1,5}[A-Z]?,?\s+)?(?:[A-Z][\w’'-]*\s+){1,4}(?:Road|Rd\.?|Street|St\.|Avenue|Ave\.?|Lane|Drive|"
            r"Boulevard|Alley|Hutong|District|County|Village|Township|Gardens?|Community|Mansions?|Estate|Court|"
            r"Residences?|Apartments?|Compound|Bridge|Plaza|Square|Subdistrict|Dormitory|"
            r"Towers?)\b(?:,?\s+(?:No\.?\s*)?\d{1,5})?(?:,\s*[A-Z][a-z]+(?:\s+(?:District|City|County|Province|"
            r"Town|New Area))?)*"
        ),
    ),
    (
        Kind.SCHOOL,
        re.compile(
            rf"(?:No\.?\s*\d{{1,3}}|(?:[A-Z][\w’'&.-]*|\d{{1,3}}(?:st|nd|rd|th)?))(?:\s+{_CAP})*?\s+(?:(?:Senior |"
            rf"Junior )?(?:Middle|High|Primary|Elementary|Secondary|International|Vocational|Experimental|Foreign "
            rf"Languages?|Grammar|Boarding|Technical|American|British)\s+)*(?:School|College|University|Academy|"
            rf"Kindergarten|Institute|Polytechnic)(?:\s+(?:of|at|"
            rf"in)\s+(?:[A-Z][\w’'-]*(?:\s+(?:and\s+)?[A-Z][\w’'-]*)*))?"
        ),
    ),
    (
        Kind.SCHOOL,
        re.compile(
            r"\b(?:University|College|Academy|Institute)\s+of\s+[A-Z][\w-]*(?:\s+(?:and\s+|of\s+)?[A-Z][\w-]*)*"
        ),
    ),
    (
        Kind.HOSPITAL,
        re.compile(
            rf"(?:No\.?\s*\d{{1,3}}|[A-Z][\w’'.-]*)(?:\s+{_CAP})*?\s+(?:Hospital|Clinic|Medical Cent(?:er|re)|"
            rf"Mental Health Cent(?:er|re)|Health Cent(?:er|re)|Infirmary|"
            rf"Sanatorium|Unit|Ward)(?:\s+of\s+[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*)?"
        ),
    ),
    (
        Kind.EMPLOYER,
        re.compile(
            rf"[A-Z][\w’'&.-]*(?:\s+{_CAP})*?\s+(?:Inc|Ltd|LLC|Co|Company|Corporation|Corp|Group|Bank|Factory|"
            rf"Restaurant|Hotel|Cafe|Café|Bakery|Supermarket|Logistics|Electronics|Technologies|Technology|Noodles|"
            rf"Salon|Bar|Studio|Agency|Law Firm|Trading)\b\.?"
        ),
    ),
    (
        Kind.ORG,
        re.compile(
            rf"[A-Z][\w’'&.-]*(?:\s+{_CAP})*?\s+(?:Police Station|Church|Temple|Club|Society|Association|Court|"
            rf"Shelter|Orphanage|Police Bureau)"
        ),
    ),
)
_CAPITAL = re.compile(r"[A-Z]")  # without one only the first can match
_ENGLISH_NAMELESS = re.compile(
    r"^(?:The |A |An |Her |His |My |Their |Our |This |That |In |At |From |To |And |But |No |Local |Mental |Public |"
    r"Private |Middle |High |Primary |Senior |Junior |Elementary |International |Boarding |Old |New |Nearest |Any "
    r")*"
    r"(?:School|College|University|Hospital|Clinic|Company|Bank|Restaurant|Hotel|Factory|Church|Street|Road|Mental "
    r"Health Cent(?:er|re)|Health Cent(?:er|re)|Bridge|Group|Bar|Club|Court|Kindergarten|High School|Middle School|"
    r"Primary School)$",
)
_LEADING = re.compile(
    r"^(?:(?:The|A|An|Her|His|My|Their|Our|She|He|They|I|We|In|At|From|To|On|And|But|Caller|Mother|Father|Mum|Mom|"
    r"Dad|Near|When|After|Before|Since|Says?|Student|Went|Attends|Because|While|Then|Now|Yesterday|Today|Last|This|"
    r"That|It|Works?|Lives?|Goes)\s+)+"
)


_CALLED = (
    (Kind.ADDRESS, r"小区|楼盘|村子?|镇子?|山庄|酒店|宾馆"),
    (Kind.SCHOOL, r"学校|大学|中学|高中|初中|小学|幼儿园"),
    (Kind.HOSPITAL, r"医院|诊所"),
    (Kind.EMPLOYER, r"公司|单位|厂子?|店|餐馆|饭馆"),
)
_IS_CALLED = [
    (
        kind,
        re.compile(
            rf"(?:{what})(?:名叫|名字叫|叫做?)[“「]?(?P<n>(?!什么|啥|我|他|她|你|家长|人)[一-鿿A-Za-z]{{2,8}}?)"
            r"(?=[，。；、,;！？!?”」\s]|$|的)"
        ),
    )
    for kind, what in _CALLED
]


_ENDS = {  # a character of the words that such names end with: without one there is no need to look closer
    Kind.SCHOOL: re.compile(r"[学中小高园校专实外]"),
    Kind.HOSPITAL: re.compile(r"院|诊所|中心|卫生所"),
    Kind.EMPLOYER: re.compile(r"公司|集团|[厂行所院店馆厅市房吧社台局园站点地部矿间]|训班|学校"),
    Kind.ORG: re.compile(r"[所营局队院站会办寺部行班馆团室堂宫]"),
    Kind.ADDRESS: re.compile(r"[省区州盟市县旗镇乡道村屯寨子队路街巷弄同里桥线园寓苑厦场楼舍院邸府庭墅栋幢座期]"),
}


def find_places(text: str) -> Iterator[Span]:
    """Every place in a `plain` text that its own words give away."""
    for pattern in _CLASSES:
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), Kind.CLASS, Reason.SHAPE)
    yield from _named(text, _SCHOOL, Kind.SCHOOL, _NO_SCHOOL)
    yield from _named(text, _HOSPITAL, Kind.HOSPITAL, _NO_HOSPITAL)
    yield from _named(text, _EMPLOYER, Kind.EMPLOYER, _NO_EMPLOYER)
    yield from _named(text, _OFFICE, Kind.ORG, _NO_OFFICE)
    yield from _named(text, _ADDRESS, Kind.ADDRESS, _NAMELESS)
    yield from _named(text, _DOORED, Kind.ADDRESS, _NAMELESS)
    for pattern in (_UNITS_ONLY, _STUDENT_HOME):
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), Kind.ADDRESS, Reason.SHAPE)
    for kind, pattern in _IS_CALLED:
        for match in pattern.finditer(text):
            yield Span(match.start("n"), match.end("n"), kind, Reason.CUE)
    for kind, pattern in _ENGLISH if _CAPITAL.search(text) else _ENGLISH[:1]:
        for match in pattern.finditer(text):
            lead = _LEADING.match(match[0])
            start = match.start() + (lead.end() if lead else 0)
            name = text[start : match.end()].rstrip(" ,.")
            if len(name) > 3 and not _ENGLISH_NAMELESS.match(name):
                yield Span(start, start + len(name), kind, Reason.CUE)


def _named(text: str, pattern: re.Pattern[str], kind: Kind, nameless: re.Pattern[str]) -> Iterator[Span]:
    if not _ENDS[kind].search(text):
        return
    for match in pattern.finditer(text):
        start = begin(text, match.start(), match.end())
        name = text[start : match.end()]
        if len(name) >= 2 and not nameless.search(name):
            yield Span(start, match.end(), kind, Reason.CUE)
