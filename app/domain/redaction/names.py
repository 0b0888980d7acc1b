"""Names of people by the words beside them: 姓周, 自称李雪, 刘老师, 赵某某, 艾力·买买提, Dr. Chen, called Luna.

The list of surnames is the public one of common and rarer surnames of China. A name with no such word beside it is
found by the taggers.
"""

import re
from collections.abc import Iterator

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

DOUBLE_SURNAMES = (
    "欧阳 上官 司马 诸葛 皇甫 尉迟 公孙 慕容 长孙 令狐 司徒 东方 夏侯 端木 南宫 独孤 轩辕 宇文 呼延 澹台 闻人 "
    "钟离 申屠 百里 东郭 西门 第五 赫连 拓跋 完颜 纳兰 爱新觉罗 叶赫那拉 歐陽 諸葛 司馬 東方"
).split()
SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花"
    "方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗"
    "毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮"
    "蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟"
    "徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠"
    "甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓"
    "牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠"
    "蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵"
    "冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文"
    "寇广禄阙东殴殳沃利蔚越夔隆师巩厍聂晁勾敖"
    "融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督晋楚闫法汝鄢涂钦仝肖阳佟揭覃邝逄苟占岳帅"
    "缑亢况有琴商牟佘佴伯赏墨哈谯笪年爱佟付仪"
    "褥闾邸郇植皋门呙兰原漆苑展冼单占粟米植母鹿么代扎褚黨陳張劉楊趙黃吳孫馬羅鄭謝韓鄧馮葉蘇蔣賈閻鍾盧譚鄒龍陸萬賴龔"
    "嚴湯喬顧齊錢莊蕭呂許蘭關"
)
# Surnames that are everyday words or ends of words: a title after one does not make it a name by itself.
_EVERYDAY = (
    "和于时成都解经能别全年从后有是那相要连通向对当由以及已被给叫让找问请跟同把但常方高文明公国家白安平应平"
    "万支水花双车关门米山谷石江东空原商简法左红广利师养爱幸终居步满强计须查代么母游班家所都会小大科院部局门"
)

_TITLE = (
    r"老师|女士|先生|小姐|太太|同学|医生|大夫|护士长|护士|护工|教授|主任|校长|院长|园长|班长|队长|组长|店长|厂长|"
    r"所长|局长|处长|科长|部长|书记|警官|民警|律师|法官|检察官|"
    r"教练|师傅|师父|导师|辅导员|咨询师|治疗师|社工|经理|总监|老板|董事长|老总|阿姨|叔叔|伯伯|大伯|大爷|大妈|大娘|"
    r"大叔|大哥|大姐|奶奶|爷爷|婆婆|姑姑|姨|姐|哥|叔|婶|嫂|伯|妈妈|爸爸|"
    r"老太|老太太|老爷子|姑娘|小伙|女生|男生|家长|某某某|某某|某人|某|姓男子|姓女子|氏|老師|醫生|總|总|Sir|sir"
)
_S = f"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SURNAMES}])"
_SURE = f"(?:{'|'.join(DOUBLE_SURNAMES)}|[{''.join(c for c in SURNAMES if c not in _EVERYDAY)}])"
_H = r"[一-鿿]"
_EDGE = rf"(?:(?<={_H})|(?<!{_H}))"
_CALLED = (
    r"(?:名字叫做?|名字是|名叫|姓名是|姓名为|全名是?|全名叫|真名是?|真名叫|本名是?|本名叫|自称叫?|自称是|化名为?|"
    r"化名叫|昵称是?|昵称叫|暱稱是?|网名是?|网名叫|網名是?|绰号是?|绰号叫|外号是?|外号叫|小名是?|小名叫|乳名是?|"
    r"乳名叫|"
    r"曾用名是?|艺名是?|称呼(?:他|她|自己|对方|其|我)?(?:为|叫|是)?|(?:大家|同学|朋友|别人|他们|都|家人|室友|网友|"
    r"人家|同事)(?:们)?(?:都)?(?:叫|喊|管)(?:他|她|我)(?:叫)?|可以叫(?:他|她|我)|叫(?:他|她|我)|喊(?:他|她|我)|"
    r"姓名[:：]|名字[:：]|联系人[:：]|监护人[:：]|化名[:：]|昵称[:：]|称呼[:：]|署名[:：]?|落款[:：]?|"
    r"备注(?:名)?(?:是|为|[:：])|姓名)"
)
_OPEN, _CLOSE = "“\"「『‘'《【（(〈", "”\"」』’'》】）)〉"
_TAIL = r"(?=[，,。.！!？?；;、：:\s）)”\"」』’'》】]|$)"
ALWAYS = "总(?=[让是会在想要能得不把被觉爱有使叫令])"
"""The word for always, where it looks like the title (期末总让她想起)."""
_PATTERNS: tuple[re.Pattern[str], ...] = (
    re.compile(rf"{_CALLED}\s*[{_OPEN}](?P<n>[^{_CLOSE}\n，。]{{1,14}})[{_CLOSE}]"),
    re.compile(rf"{_CALLED}\s*(?P<n>{_S}{_H}{{1,2}}){_TAIL}"),
    re.compile(
        rf"(?:网名|昵称|暱稱|绰号|外号|小名|乳名|艺名)(?:是|叫|为|"
        rf"[:：])?\s*(?P<n>[^\s，,。.！!？?；;、：:()（）的“”\"「」『』]{{2,8}}?)(?:的|{_TAIL[3:-1]})"
    ),
    re.compile(
        rf"(?:自己|[管喊]{_H}{{1,4}}?)叫做?(?P<n>(?!什么|啥|做|.{{0,2}}(?:[爸妈爹娘哥姐弟妹叔姨伯婶爷奶婆公]|师父|师傅|老[师大板公婆]|宝)){_H}{{2,6}}?){_TAIL}"
    ),
    re.compile(rf"(?:叫|喊|名)[{_OPEN}](?P<n>[^{_CLOSE}\n，。]{{1,10}})[{_CLOSE}]"),
    re.compile(rf"(?:叫做?|是|为|[:：])\s*(?P<n>{_SURE}{_H}{{1,2}})(?=[，,。；;、（(]|$)"),
    re.compile(rf"姓(?:氏)?(?:是|[:：])?\s*[“\"「]?(?P<n>{_S})(?![名氏])"),
    re.compile(rf"(?P<n>{_SURE}(?:{_TITLE}))(?<!{ALWAYS})"),
    re.compile(rf"(?<!{_H})(?P<n>{_S}[^\W的说]{{0,2}}?(?:{_TITLE}))"),
    re.compile(rf"(?P<n>{_SURE}{_H}{{1,2}}(?:老师|女士|先生|同学|医生|大夫|护士|教授|主任|校长|警官|律师))"),
    re.compile(rf"(?P<n>{_SURE}什么{_H}){_TAIL}"),  # 王什么军: half remembered
    re.compile(rf"(?:填|写|登记)(?:的是|了|为|是)?\s*[“\"「]?(?P<n>{'|'.join(DOUBLE_SURNAMES)}){_TAIL}"),
    re.compile(rf"(?P<n>{_SURE}[某×xX*＊○〇]{{1,2}})(?![\w*])"),
    re.compile(r"(?<![A-Za-z0-9])(?P<n>[A-Z]\s?(?:同学|老师|女士|先生|某某?|医生|姐|哥|总))"),
    re.compile(r"(?<![A-Za-z0-9])(?P<n>[A-Za-z]{2,12}\s?(?:同学|老师|女士|先生|医生|姐|哥|总))(?!们)"),
    re.compile(rf"(?P<n>{_H}{{2,6}}[·•・‧∙]{_H}{{1,8}}(?:[·•・‧∙]{_H}{{1,6}})*)"),
)
_ORDINARY = re.compile(
    r"^(?:全名|全系|全称|首诊|东家|班主任|.?家长|师傅|时老师|[张安金常时全和于有水成明都当应相同从别万连高方白管通经后要那能师家国公马文关乐单]?(?:哥哥|姐姐|叔叔|"
    r"阿姨|伯伯)|高中?老师|方老师傅|时老师|同老师|全家长|马师傅们|金老板娘|管家长|都老师|何方|任何|小老师|老老师|"
    r"别家长|单人|成老师傅|乐老师们|范围|华为|常年|万一|安全|安定|张开|黄昏|高兴|高考|白天|温柔|方便|方法|时候|"
    r"时间|任务|严重|平静|平时|康复|全部|年轻|明天|明白|安静|安慰|阳光|阳性|马上|关系|关心|金钱|江湖|成绩|成员|"
    r"成为|家长|家庭|家人|国家|公司|水平|古怪|易怒|包括|包容|常常|经常|经济|单独|单位|简单|红包|花费|查询|相信|"
    r"相关|那边|那么|那个|那样|那种|都是|都有|有点|有些|有人|应该|应激|何况|何时|沉默|孤独|孤儿|施暴|施压|舒服|"
    r"谢谢|许多|祝福|贺卡|任性|纪律|计划|解释|解决|宣泄|单亲|单身|冷静|冷漠|冷暴力|暴力|暴食|强迫|强奸|强制|幸福|"
    r"充满|连续|终于|居然|步骤|师生|满意|空虚|游戏|后悔|后来|权利|益处|公开|法律|付出|付费)"
)
_CUT_LEFT = re.compile(
    r".*(?:叫|是|和|跟|与|的|说|给|找|问|对|同学|老师|朋友|室友|男友|女友|同事|邻居|班主任|丈夫|妻子|老公|老婆|"
    r"爸爸|妈妈|父亲|母亲|哥哥|姐姐|弟弟|妹妹|舅舅|表哥|表姐|有个|一个|名|者|为|把|被|让|向|由|称|孩子|儿子|女儿|"
    r"搭档|同桌|患者|病人|在|到|、|，)"
)
_CUT_RIGHT = re.compile(
    r"(?:说|在|是|的|打|把|对|和|跟|与|今|昨|前|不|没|也|都|就|已|去|来|被|给|让|陪|经|因|会|想|从|有|一|又|还|上|"
    r"同学|老师|医生|叔叔|阿姨|大哥|总|找|发|开|住|昨|这|那|要|正|每|告|骂|欺)"
)

_W = r"[A-Z][a-zA-Z’'\-]+"
_NAME = rf"{_W}(?:[ \-](?:{_W}|[A-Z]\.)){{0,2}}"
_ENGLISH: tuple[re.Pattern[str], ...] = (
    re.compile(  # spelt: m-e-i, then l-i
        r"(?<![A-Za-z\d-])(?P<n>[A-Za-z](?:-[A-Za-z]){2,14}(?:,?\s(?:then|and|space)\s[A-Za-z](?:-[A-Za-z]){1,14})?)"
        r"(?![A-Za-z\d-])"
    ),
    re.compile(r"(?<![A-Za-z])(?P<n>[A-Z]{2,},\s?[A-Z][a-z]+(?:[ -][A-Z]?[a-z]+)?)(?![A-Za-z])"),  # YANG, Xinyi
    re.compile(
        rf"\b(?P<n>(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Teacher|Uncle|Aunt|Auntie|Aunty|Coach|Principal|"
        rf"Officer|Nurse|Sister|Brother|Pastor|Father|Director|Dean|Headmaster|Headmistress|Inspector|Sergeant|"
        rf"Granny|Lao|Xiao|Old|Little|Master|Madam|Sir)\b\.? {_NAME})"
    ),
    re.compile(
        rf"(?:[Nn]ame is|[Nn]ame's|[Nn]ame was|[Nn]amed|[Cc]alled|[Cc]alls (?:herself|himself|themself|themselves|"
        rf"me|him|her)|[Gg]oes by|[Kk]nown as|[Nn]icknamed?|[Nn]ickname is|[Nn]ames?:|I am|I'm|[Tt]his is|alias|"
        rf"a\.k\.a\.|aka|[Ss]igned)\s*[“\"'‘]?(?P<n>{_NAME})"
    ),
    re.compile(
        r"(?:[Nn]ickname(?:d)?(?: is| was)?|[Cc]alled|[Cc]alls (?:herself|himself|themselves)|[Gg]oes by|[Kk]nown "
        r"as|[Oo]nline as|[Ss]creen name(?: is)?)\s*(?:the name\s*)?[“\"'‘](?P<n>[^”\"’\n]{2,20})[”\"'’]"
    ),
)
_NO_ENGLISH_NAME = re.compile(
    r"^(?:The|A|An|In|On|At|My|Her|His|She|He|It|Not|Just|So|Very|Really|Afraid|From|Going|Sorry|Fine|Calling|"
    r"Tired|Here|Lost|Alone|Old|English|Chinese|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|"
    r"February|March|April|June|July|August|September|October|November|December|Suicide|PTSD|OCD|ADHD|Mum|Mom|Dad|"
    r"God|Why|What|And|But)\b"
)


_IS_TITLE = re.compile(_TITLE)
_SURNAMED = re.compile(
    rf"(?<![一-鿿])(?P<n>(?:{'|'.join(DOUBLE_SURNAMES)}|(?![同异复本外百])[{SURNAMES}]))姓(?=[男女]|某|同学|学生|老师)"
)


def is_title(word: str) -> bool:
    """Whether a word is what people are addressed by without a name: 老师, 太太."""
    return _IS_TITLE.fullmatch(word) is not None


def find_names(text: str) -> Iterator[Span]:
    """Every name in a `plain` text that the words beside it give away."""
    for match in _SURNAMED.finditer(text):  # 岳姓男生: nothing else is said so
        yield Span(match.start("n"), match.end("n"), Kind.PERSON, Reason.SHAPE)
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("n")
            if "·•・‧∙" and any(dot in match["n"] for dot in "·•・‧∙"):
                start, end = _between(text, start, end)
            if not _ORDINARY.match(text[start:end]):
                yield Span(start, end, Kind.PERSON, Reason.CUE)
    for pattern in _ENGLISH:
        for match in pattern.finditer(text):
            if not _NO_ENGLISH_NAME.match(match["n"]):
                yield Span(match.start("n"), match.end("n"), Kind.PERSON, Reason.CUE)


def _between(text: str, start: int, end: int) -> tuple[int, int]:
    """A name with a dot in it, without the words that lead up to it and go on after it."""
    first, *_ = re.split(r"[·•・‧∙]", text[start:end])
    lead = _CUT_LEFT.match(first)
    if lead and lead.end() < len(first):
        start += lead.end()
    last = max(text.rfind(dot, start, end) for dot in "·•・‧∙") + 1
    goes_on = _CUT_RIGHT.search(text, last + 2, end)
    if goes_on:
        end = goes_on.start()
    return start, min(end, last + 5)
