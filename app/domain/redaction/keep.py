"""What is never hidden: crisis numbers, doses, scores of scales, clinical words.

Hiding 跳楼 or a dose is a safety failure (field.md section 7). A finding inside one of these zones is dropped, one that
reaches into a zone is cut back. The lists are words of the field; whoever calls can add a line's own numbers (`extra`).
"""

import re
from collections.abc import Iterable, Sequence

from app.domain.redaction.kinds import Kind
from app.domain.redaction.span import Reason, Span

CRISIS_NUMBERS = (
    *("110", "119", "120", "122", "12320", "12338", "12345", "12348", "12349", "12355", "12356", "12388", "12393"),
    *(
        "96111",
        "962525",
        "988",
        "911",
        "999",
        "112",
        "116123",
        "116 123",
        "1926",
        "1995",
        "1925",
        "741741",
        "85258",
        "13 11 14",
    ),
    *(
        "010-82951332",
        "800-810-1117",
        "021-962525",
        "0571-85029595",
        "025-83712977",
        "020-81899120",
        "2389 2222",
        "8585",
    ),
    *(
        "12110",
        "12117",
        "12309",
        "12315",
        "12333",
        "12361",
        "12366",
        "12369",
        "12378",
        "96110",
        "114",
        "116000",
        "116111",
    ),
    *("0800 1111", "1300 22 4636", "1800 55 1800", "1-800-273-8255", "2382 0000", "18288"),
    *("0775-4200330", "88588818", "4000716515", "4001600525", "0519-68016801", "13915016801", "2896 0000", "18111"),
)
_NUMBER = "|".join(re.escape(number).replace(r"\ ", r"\s?").replace(r"\-", r"[-\s]?") for number in CRISIS_NUMBERS)
_LONG_SERVICE = (
    r"[48]00[-\s]?\d{3}[-\s]?\d{4}|[48]00[-\s]?\d{4}[-\s]?\d{3}|1-800-\d{3}-\d{4}|955\d{2}|1008[56]|10010|10000"
)

_SCALES = (
    r"PHQ|GAD|SDS|SAS|SCL|HAMD|HAMA|BDI|MMPI|ISI|PSQI|MDQ|YMRS|C-?SSRS|AUDIT|ASQ|SBQ|BHS|PCL|IES|CES-?D|DASS|EPDS|"
    r"MMSE|CDI|"
    r"MSSNS|PDSS|Y-?BOCS|SIOSS|SSI|CBCL|SDQ|ICD|DSM|PTSD|ADHD|OCD|MECT|ECT|DBT|CBT|SSRI|SNRI|BPD|ICU"
)
_DRUGS = (
    "舍曲林 氟西汀 帕罗西汀 西酞普兰 艾司西酞普兰 草酸艾司西酞普兰 氟伏沙明 文拉法辛 度洛西汀 米氮平 曲唑酮 安非他酮 "
    "阿戈美拉汀 伏硫西汀 丙戊酸钠 丙戊酸镁 碳酸锂 拉莫三嗪 奥氮平 喹硫平 利培酮 阿立哌唑 氯氮平 奋乃静 氟哌啶醇 "
    "帕利哌酮 鲁拉西酮 齐拉西酮 氨磺必利 舒必利 坦度螺酮 丁螺环酮 劳拉西泮 阿普唑仑 艾司唑仑 地西泮 氯硝西泮 "
    "奥沙西泮 佐匹克隆 右佐匹克隆 唑吡坦 思诺思 褪黑素 安眠药 安定 百忧解 左洛复 来士普 欣百达 黛力新 优甲乐 专注达 "
    "锂盐 择思达 托莫西汀 哌甲酯 普萘洛尔 心得安 卡马西平 百草枯 敌敌畏 农药 布洛芬 对乙酰氨基酚 头孢 阿莫西林 泰诺 "
    "感冒药 老鼠药 草甘膦 秋水仙碱 胰岛素 右美沙芬 阿司匹林 咪达唑仑 氯丙嗪 三唑仑 扎来普隆 苯巴比妥 苯妥英钠 "
    "加巴喷丁 普瑞巴林 托吡酯 阿米替林 氯米帕明 多塞平 丙米嗪 乌灵胶囊 逍遥丸 舒肝解郁 莫达非尼 美沙酮 纳曲酮 "
    "丁丙诺啡 曲马多 吗啡 芬太尼 杜冷丁 可待因 氯胺酮 艾司氯胺酮 华法林 地高辛 二甲双胍 泼尼松 地塞米松 止痛药 "
    "退烧药 降压药 安眠 氯雷他定 扑尔敏 苯海拉明 怡诺思 瑞美隆 赛乐特 喜普妙 博乐欣 思瑞康 再普乐 维思通 德巴金 "
    "佳乐定 舒乐安定 洗洁精 洁厕灵 消毒液 煤气 木炭 氰化物 冰毒 大麻 海洛因 摇头丸 笑气"
).split()
_ACTS = (
    "跳楼 跳河 跳江 跳桥 跳海 跳湖 跳崖 跳轨 投河 投江 坠楼 溺水 割腕 割手 割手腕 割颈 割脖子 勒颈 上吊 服毒 吞药 "
    "服药 吞刀片 喝农药 开煤气 烧炭 卧轨 绝食 撞墙 自杀 自残 自伤 自尽 自焚 轻生 寻死 想死 去死 殉情 约死 遗书 遗言 "
    "遗嘱 杀人 没意思 没意义 一了百了 累赘 拖累 解脱 活腻 活够"
).split()
_CLINICAL = (
    "抑郁 抑郁症 焦虑 焦虑症 双相 双相情感障碍 躁狂 躁郁 精神分裂 分裂症 强迫 强迫症 惊恐 惊恐发作 解离 幻听 幻觉 "
    "妄想 失眠 早醒 厌食 暴食 催吐 创伤 应激 边缘型 人格障碍 多动症 自闭症 孤独症 社恐 抽动 癫痫 昏迷 "
    "重度 中度 轻度 重症 洗胃 洗完胃 洗过胃 洗了胃 急诊 住院 "
    "出院 复诊 停药 减药 换药 加药 断药 家暴 性侵 强奸 猥亵 霸凌 欺凌 虐待 流产 怀孕 堕胎 戒断 酗酒 吸毒 过量 "
    "心理咨询 心理热线 心理援助热线 精神科 心理科 心身科 高危 中危 低危 危机干预 安全计划 志愿者 热线 咨询师 督导 "
    "来电者 求助者 求助人 身份证 护照 通行证 银行卡 学号 手机号 电话 邮箱 住院号 小时候 小时 白天 晚上 老家 班主任 "
    "双十一 双十二 六一儿童节 情人节 母亲节 父亲节 教师节 劳动节 圣诞节 国庆节 中秋节 端午节 清明节 春节 除夕 "
    "石头剪刀布 剪刀石头布 伤口 "
    "心理老师 王者荣耀 和平精英 小红书 抖音 快手 微博 微信 知乎 豆瓣 贴吧"
).split()
_OFFICES = frozenset({"督导", "咨询师", "志愿者", "班主任"})  # a title as well (贺督导)
_ENGLISH = (
    "sertraline fluoxetine paroxetine citalopram escitalopram venlafaxine duloxetine mirtazapine bupropion trazodone "
    "lithium lamotrigine valproate quetiapine olanzapine risperidone aripiprazole clozapine lorazepam diazepam "
    "alprazolam clonazepam zolpidem zopiclone melatonin prozac zoloft lexapro xanax valium ritalin concerta adderall "
    "tylenol paracetamol acetaminophen ibuprofen aspirin paraquat suicide suicidal self-harm overdose depression "
    "depressed anxiety bipolar panic insomnia schizophrenia psychosis trauma anorexia bulimia autism epilepsy "
    "hanging jumping cutting amitriptyline clomipramine imipramine nortriptyline doxepin haloperidol ziprasidone "
    "lurasidone paliperidone amisulpride buspirone propranolol gabapentin pregabalin topiramate carbamazepine "
    "oxcarbazepine phenobarbital temazepam nitrazepam eszopiclone atomoxetine methylphenidate clonidine naltrexone "
    "methadone buprenorphine tramadol codeine morphine oxycodone fentanyl ketamine warfarin metformin insulin "
    "prednisone benadryl naproxen seroquel abilify risperdal zyprexa celexa cymbalta effexor wellbutrin remeron "
    "paxil ativan klonopin ambien strattera vyvanse bleach charcoal burnout"
).split()

_AMOUNT = (
    r"(?<![\dA-Za-z.])\d{1,4}(?:\.\d{1,3})?\s*(?:[-~～至到]\s*\d{1,4}(?:\.\d+)?\s*)?"
    r"(?:mg|毫克|ml|毫升|µg|μg|ug|mcg|微克|IU|单位|片|粒|颗|支|瓶|盒|板|度|tablets?|pills?|capsules?|milligrams?|"
    r"tabs?)(?![A-Za-z])"
)
_HALF = r"[一二两三四五六七八九十半几]{1,3}(?:片|粒|颗|瓶|盒|板)(?:药)?"
_SCORE = (
    rf"(?<![A-Za-z])(?:{_SCALES})(?:[-–\s]?\d{{1,2}})?(?![A-Za-z])(?:\s*(?:量表|评分|得分|总分|score|scored|of|is|"
    rf"was|[:：=为是]))*"
    r"(?:\s*\d{1,3}(?:\s*/\s*\d{1,3})?\s*(?:分|points?)?)?"
)
_EPONYMS = (  # scales called after a person or a place
    r"(?:贝克|汉密尔顿|汉密顿|匹兹堡|爱丁堡|艾森克|明尼苏达|卡特尔|哥伦比亚|耶鲁布朗|杨氏|蒙哥马利|韦氏)"
    r"[一-鿿]{0,8}?(?:量表|问卷|测验|指数|评定|筛查|\d{1,2}\s?项)(?:\s*\d{1,3}\s*分)?|"
    r"(?<![A-Za-z])(?:(?:Beck|Hamilton|Zung|Columbia|Edinburgh|Montgomery|Pittsburgh|Young|Yale-Brown|Eysenck)"
    r"(?:\s*,\s*|\s+and\s+)?)+(?:\s[a-z]+){0,3}\s(?:scales?|inventory|inventories|index|questionnaire|rating|test)"
    r"(?![A-Za-z])"
)
_PRESSURE = r"(?:血压|(?<![A-Za-z])BP|blood pressure)\s*(?:是|为|of|is|was|[:：])?\s*\d{2,3}\s*/\s*\d{2,3}(?![\d/])"
_POINTS = r"(?<!\d)\d{1,3}(?:\.\d)?\s*(?:/\s*\d{1,3}\s*)?分(?!钟|店|校|部|公司|局|行)"
_TIME = (
    r"(?<!\d)\d{1,3}\s?(?:岁|周岁|分钟|个?小时|天|个月|周(?!岁)|个?星期|次|秒|斤|公斤|kg|cm|小时)(?!\d)|"
    r"(?<!\d)[0-2]?\d[:：][0-5]\d(?![\d:：])|(?<!\d)[0-2]?\d点(?:[0-5]?\d分?|半)?(?!\d)|"
    r"[一二两三四五六七八九十]{1,3}点(?:零?[一二三四五六七八九十]{1,3}分?|半|一刻|三刻|整|钟)|"
    r"[一二两三四五六七八九十百半几]{1,4}(?:周?岁|个多?月|个半?小时|分钟|小时|个?星期)|"
    r"(?<!\d)\d{1,3}\s?(?:years? old|year-old|minutes?|hours?|days?|weeks?|months?)(?![A-Za-z])"
)
_ZONES = re.compile(
    r"(?=[\dA-Za-z一二两三四五六七八九十百半几贝汉匹爱艾明卡哥耶杨蒙韦血])"  # how any of them begins
    rf"(?:(?<![\dA-Za-z\-])(?:{_LONG_SERVICE}|{_NUMBER})(?!\d|-\d|\s?年)|{_AMOUNT}|{_HALF}|{_SCORE}|{_EPONYMS}|"
    rf"{_PRESSURE}|{_POINTS}|{_TIME})",
    re.IGNORECASE,
)
_WORDS = re.compile("|".join(sorted(map(re.escape, [*_DRUGS, *_ACTS, *_CLINICAL]), key=len, reverse=True)))
_ENGLISH_WORD = re.compile(r"[Ss]elf-harm(?![A-Za-z])|[A-Za-z]+")
_ENGLISH_WORDS = frozenset(_ENGLISH)


def kept_zones(text: str, extra: Sequence[str] = ()) -> list[tuple[int, int]]:
    """The parts of a `plain` text that are never hidden, in order."""
    zones = [match.span() for pattern in (_ZONES, _WORDS) for match in pattern.finditer(text)]
    zones += [match.span() for match in _ENGLISH_WORD.finditer(text) if match[0].lower() in _ENGLISH_WORDS]
    for number in extra:
        zones += [m.span() for m in re.finditer(rf"(?<!\d){re.escape(number)}(?!\d)", text)]
    return sorted(zones)


def spare(spans: Iterable[Span], zones: Sequence[tuple[int, int]], text: str) -> list[Span]:
    """The spans without what lies in a zone: dropped inside one, cut back where they only reach into it.

    One that holds a zone in its middle stays whole: 北京安定医院 is a hospital, though 安定 is a drug. So does a
    nickname (失眠的鲸鱼), and what the record knows: a person called 安定 is on the record as such.
    """
    return [cut for span in spans if (cut := _cut(span, zones, text)) is not None]


def _cut(span: Span, zones: Sequence[tuple[int, int]], text: str) -> Span | None:
    if span.reason is Reason.KNOWN:
        return span
    start, end = span.start, span.end
    zones = [zone for zone in zones if zone[0] < end and start < zone[1]]
    for zone_start, zone_end in zones:
        if span.kind in (Kind.DOB, Kind.DATE) and text[zone_start:zone_end].isdigit():
            continue  # a year that is a number to call as well (1995)
        if zone_start <= start and end <= zone_end:
            return None
        kept = text[zone_start:zone_end]
        whole = start <= zone_start and zone_end <= end  # 柚子不加冰喝百草枯: no name ends within a drug
        if whole and (_holds(span.kind, kept) or (span.kind is Kind.PERSON and zone_end == end and kept in _OFFICES)):
            continue
        if zone_start <= start < zone_end and text[zone_end] not in "的地":
            start = zone_end
        elif zone_start < end <= zone_end and text[zone_start - 1] not in "的地":
            end = zone_start
    inside = [text[at] for at in range(start, end) if not any(first <= at < last for first, last in zones)]
    return Span(start, end, span.kind, span.reason) if any(map(str.isalnum, inside)) else None


def _holds(kind: Kind, kept: str) -> bool:
    """Whether names of this kind may well begin or end with this word (抑郁的鲸鱼, 安定医院); no place holds an act."""
    if kind in (Kind.HOSPITAL, Kind.ADDRESS):
        return kept not in _ACTS and not kept.isascii()  # 市一院, and not its ICU
    return kind in (Kind.SOCIAL, Kind.WECHAT, Kind.GPS)  # 29度52分: no score
