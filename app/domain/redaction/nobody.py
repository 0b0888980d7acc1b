"""Names of everybody's: provinces, countries, languages, platforms, great names, offices of which each town has one;
units, and loan words of Chinese."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.domain.redaction.clinical import ALSO_NAMES
from app.domain.redaction.kinds import Kind
from app.domain.redaction.names import ALWAYS
from app.domain.redaction.renowned import is_renowned
from app.domain.redaction.span import Span

_PROVINCES = (
    "河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|"
    "青海|台湾|新疆|西藏|内蒙古?|广西|宁夏|东北|华北|华东|华南|华中|西北|西南|江南|江浙|江浙沪|长三角|珠三角|两广|"
    "云贵|川渝|港澳|港澳台|闽南|潮汕|苏北|苏南|皖北|陕北|鲁南|豫东|粤西|湘西"
)
_COUNTRIES = (
    "中国|中华|亚洲|欧洲|非洲|美洲|中|美|美国|英国|日本|韩国|朝鲜|德国|法国|意大利|西班牙|葡萄牙|荷兰|俄罗斯|"
    "乌克兰|加拿大|澳大利亚|澳洲|新西兰|新加坡|马来西亚|菲律宾|印尼|泰国|越南|缅甸|老挝|柬埔寨|蒙古|印度|巴基斯坦|"
    "土耳其|以色列|伊朗|埃及|南非|巴西|墨西哥|阿根廷|瑞士|瑞典|挪威|丹麦|芬兰|波兰|希腊|太平洋|大西洋|联合国|欧盟"
)
_PLACES = re.compile(
    rf"(?:{_PROVINCES}|{_COUNTRIES}|国内|国外|海外|世界|地球|[东南西北]方|[东南西北]|.*省|.*自治区|北方|南方|网上|网络|家|农村|城市|市区|郊区)"
    r"(?:人|话|口音|那边|老家|农村|籍)?"
)
_OF_EVERY_TOWN = re.compile(
    r"[大小老旧新]?(?:高架桥?|天桥|立交桥?|铁路桥|跨江大桥|大桥|桥[上下头]|[江河海湖]边|江心|江滩|楼顶|天台|阳台|工地|厂里|宿舍|"
    r"实验楼|教学楼|办公楼|宿舍楼|住院楼|门诊楼|综合楼|图书馆|食堂|操场|体育馆|急诊室|抢救室|病房|火车站|汽车站|客运站|地铁站|"
    r"高铁站|机场|服务区|加油站|停车场|电子厂|制衣厂|服装厂|鞋厂|玩具厂|食品厂|五金[厂店]|奶茶店|便利店|小卖部|理发店|小饭馆|"
    r"火锅店|快递站|驿站|菜市场|农贸市场|商场|夜市|麻将馆|棋牌室|网吧|网咖|健身房|药店|诊所|卫生院|卫生室|敬老院|养老院|福利院|"
    r"殡仪馆|火葬场|看守所|拘留所|戒毒所|国际部|高中部|初中部|小学部)"
)
_ORGANISATIONS = re.compile(
    r"公安|警方|警察|学校|医院|公司|政府|法院|学生会|教育局|公安局|派出所|居委会|村委会|大学|中学|小学|高中|"
    r"初中|卫健委|妇联|共青团|团委|民政局|热线|心理援助热线|精神科|心理科|社区|国家|QQ|qq|微信|抖音|小红书|微博|快手|腾讯|淘宝|B站|幼儿园|急诊|银行|超市|"
    r"酒店|网吧|检察院|.{0,2}医院|.{0,2}学校|世卫组织|NBA"
)
_SHAPED_SO = re.compile(r".*热线|.*中心")
_PEOPLE = re.compile(
    r"王者|王者荣耀|[薇威维]信|艾特|树洞|首字母|全角|半角|安定|小|老|阿|上帝|佛祖|菩萨|观音|耶稣|真主|老天|老天爷|神|小三|小弟|老师|来电|白天|小时|高考|"
    r"舍曲林|奥氮平|黛力新|佐匹克隆|阿普唑仑|艾司唑仑|于|和"
)
_KIN = re.compile(
    r"[大二三四五六七八九幺小老]?[姨姑婶叔伯舅]{1,2}[妈爸父母娘婆公]?|[阿幺][妈爸爷奶婆公娘爹嬷]|老[大二三四五六七八九幺]|表嫂|堂嫂|"
    r"[大二三四五六]嫂|囡囡|伢儿?|细佬|细妹"
)
_ROLES = re.compile(
    r"[男女对双]方|师[父傅母]|[网群病工战室舍校]友|当事人|班主任|辅导员|督导|志愿者|接线员?|来电者?|求助者|患者|病人|家属|家长|楼主|群主|房东|房管|楼管|宿管|家委会|业委会|班委|老铁|"
    r"钟点工|受益人|监护人|继承人|老实人|聋人|盲人|新兵|单亲[爸妈]爸?妈?"
)
_OFFICES_AND_KIN = frozenset(
    (
        "继父 继母 养父 养母 干爹 干妈 干爸 岳父 岳母 丈人 丈母娘 公公 婆婆 公婆 太公 太婆 太爷爷 太奶奶 伯父 伯母 "
        "叔父 姑父 姑夫 姨父 姨夫 舅公 舅妈 舅母 婶子 婶婶 嫂子 弟媳 弟妹 姐夫 妹夫 姐妹 兄弟 兄妹 姐弟 堂哥 堂弟 "
        "堂姐 堂妹 表哥 表弟 表姐 表妹 大儿子 小儿子 大女儿 小女儿 独生女 独生子 孙子 孙女 外孙 外孙女 侄子 侄女 "
        "外甥 外甥女 儿媳 儿媳妇 女婿 亲家 未婚夫 未婚妻 前夫 前妻 前任 现任 对象 老伴 老公 老婆 闺蜜 发小 老乡 邻居 "
        "房客 租客 同桌 后桌 前桌 学长 学姐 学弟 学妹 师兄 师姐 师弟 师妹 导师 博导 硕导 校长 副校长 园长 院长 "
        "教导主任 年级主任 教务主任 德育主任 任课老师 科任老师 课代表 班长 副班长 学委 团支书 团委书记 舍长 室长 "
        "寝室长 组长 队长 教官 教练 校医 医师 主任医师 副主任医师 主治医师 住院医师 规培医生 实习生 医生 护士 护士长 "
        "责任护士 护工 药师 营养师 心理师 治疗师 心理治疗师 社工 网格员 楼长 栋长 居委会主任 村支书 支书 村主任 "
        "妇女主任 民警 辅警 协警 片警 交警 狱警 管教 法警 消防员 急救员 保安 门卫 律师 法官 检察官 调解员 书记员 "
        "公证员 司机 的哥 外卖员 外卖小哥 快递员 快递小哥 保洁 保洁员 月嫂 保姆 育儿嫂 牧师 神父 修女 法师 师太 住持 "
        "道士 阿訇 活佛 连长 排长 营长 团长 指导员 政委 班主 厂长 店长 经理 主管 领班 线长 拉长 工头 包工头 老板 "
        "老板娘 老总 人事 财务 会计 出纳 文员 客户 甲方 乙方 中介 粉丝 主播 博主 博导 路人 目击者 陌生人 施暴者 "
        "加害人 加害者 受害人 受害者 嫌疑人 证人 近亲属 亲属 亲戚 孤儿 孕妇 产妇 老人 老人家 小孩 孩子 婴儿 双胞胎 "
        "龙凤胎 家教 保育员 生活老师 值班员 接警员 话务员 客服 收银员 服务员 骑手"
    ).split()
)
_EVERYDAY = frozenset(  # who somebody is to nobody in particular, and words that hardly anybody is called by
    (
        "海员 船员 水手 矿工 木匠 瓦匠 电工 焊工 裁缝 渔民 牧民 农民 农民工 民工 工人 女工 学徒 厨师 模特 演员 "
        "歌手 歌星 明星 网红 球员 运动员 裁判 作家 诗人 画家 记者 编辑 翻译 程序员 设计师 会计师 工程师 建筑师 "
        "飞行员 空姐 乘务员 列车员 售票员 售货员 营业员 推销员 销售 代驾 修理工 搬运工 清洁工 环卫工 园丁 理发师 "
        "美容师 按摩师 技师 少年 少女 青年 老头 老太 老太太 小伙 小伙子 小姑娘 英雄 烈士 乖孙 听众 老听众 观众 "
        "读者 乘客 旅客 游客 顾客 债主 骗子 小偷 流氓 混混 赌徒 主要 不止 不好 小心眼 三班倒 首诊 下月初 上月底 "
        "重点 传销 小写 大写 肥猪 山火 法事 符水 官司 支吾 录音机 收音机 电视机 洗衣机 三战 二战 五金店 "
        "早餐店 烧烤 火锅 夜宵 前一班 后一班"
    ).split()
)
_NATIONS = re.compile(r"[一-鿿]{1,4}族|(?:哈萨克|维吾尔|柯尔克孜|乌兹别克|吉尔吉斯|鄂温克|鄂伦春|达斡尔)人?")
_AMOUNTS = re.compile("(?!万一$)(?=.*[千百万])[一二两三四五六七八九十百千万零半几多]{2,}")
_SPEECH = re.compile(r"[一-鿿]{1,3}(?:语|话|口音)")  # 藏语, 四川话
_ENGLISH = re.compile(
    r"(?:China|Chinese|Mandarin|Cantonese|Tibet(?:an)?|Uyghur|Mongolian?|Japan(?:ese)?|Korean?|Vietnam(?:ese)?|"
    r"Thai(?:land)?|India(?:n)?|Pakistan[i]?|Russian?|Ukrain(?:e|ian)|German[y]?|France|French|Spain|Spanish|"
    r"Ital(?:y|ian)|Portug(?:al|uese)|Dutch|Swedish|Polish|Greek|Turk(?:ey|ish)|Arab(?:ic)?|Iran(?:ian)?|Israeli?|"
    r"Egypt(?:ian)?|Africa[n]?|Asian?|Europe(?:an)?|Americ(?:a|an)|Brit(?:ain|ish)|England|English|Irish|Ireland|"
    r"Scot(?:land|tish)|Welsh|Wales|Canad(?:a|ian)|Mexic(?:o|an)|Brazil(?:ian)?|Australian?|New Zealand|UK|"
    r"U\.?K\.?|USA?|U\.S\.A?|EU|Muslim|Christian|Catholic|Buddhist|Hindu|Jewish|God|Jesus|Allah|Buddha|WeChat|QQ|"
    r"Weibo|Douyin|TikTok|Instagram|Facebook|Twitter|Discord|Reddit|Roblox|Minecraft|Steam|Snapchat|WhatsApp|"
    r"Telegram|YouTube|Bilibili|Google|Zoom|Netflix|Tinder|Xiaohongshu|Zhihu|Taobao|Alipay|Caller|Client|Ex|Freud|"
    r"Jung|Shakespeare|hongbao|pinyin|gaokao|hukou|guanxi|mianzi|baijiu|mahjong|Tieba|DOB|A&E|yuan|RMB|USD|mins?|hrs?|kg|lbs|GPA|boss|deadline|offer|HR|KPI|OT|Eng|emo|"
    r"crush|[Nn]urse|[Mm]aid|mama|mamma|papa|baba|nonna|nonno|gran|grandma|grandpa|nan|dad|mum|mom|ye)(?:['’]s)?"
)
_PLACES_AND_BODIES = (Kind.CITY, Kind.ADDRESS, Kind.ORG, Kind.EMPLOYER, Kind.HOSPITAL, Kind.SCHOOL)
_CANTONESE = re.compile("[唔喺佢咗嘅冇啲嗰嚟畀咁瞓哋嘢攰]")  # characters of its grammar, in nobody's name


_LEAST_WITH_ALWAYS = 3  # 李总 has a title
_BRANDS = frozenset(
    (
        "DeepSeek Kimi ChatGPT Keep WPS 豆包 文心一言 通义千问 元宝 美团 饿了么 京东 拼多多 淘宝 天猫 闲鱼 滴滴 优酷 "
        "爱奇艺 芒果TV 喜马拉雅 网易云 酷狗 小米 华为 荣耀 苹果 三星 瑞幸 星巴克 喜茶 奈雪 茶百道 蜜雪冰城 肯德基 "
        "麦当劳 康师傅 海底捞 优衣库 耐克 安踏 李宁 泡泡玛特 原神 阴阳师 蛋仔派对 光遇 第五人格 丁香医生 好大夫 "
        "壹心理 简单心理"
    ).split()
)
_BODY = re.compile(
    r"(?:Head|Face|Neck|Jaw|Chin|Chest|Arms?|Hands?|Wrists?|Legs?|Knees?|Foot|Feet|Skin|Eyes?|Ears?|Nose|Mouth|Teeth|Tongue|"
    r"Throat|Stomach|Belly|Back|Shoulders?|Hips?|Thighs?|Ankles?|Heels?|Toes?|Fingers?|Thumbs?|Hair|Scalp|Ribs?|Spine)"
)
_ALWAYS = re.compile(ALWAYS)


def without_grammar(span: Span, text: str) -> Iterator[Span]:
    """The parts of a person without what is grammar: of Cantonese, and 总 where it is no title (期末总让她想起)."""
    if span.kind is Kind.PERSON and span.end - span.start >= _LEAST_WITH_ALWAYS and _ALWAYS.match(text, span.end - 1):
        span = replace(span, end=span.end - 1)
    start = span.start
    if span.kind is Kind.PERSON:
        for match in _CANTONESE.finditer(text, span.start, span.end):
            if match.start() > start:
                yield replace(span, start=start, end=match.start())
            start = match.end()
    if start < span.end:
        yield span if start == span.start else replace(span, start=start)


def is_office_or_kin(name: str) -> bool:
    """Whether a name is what many are to somebody, and is called by no one alone: 孙子, 牧师."""
    return name in _OFFICES_AND_KIN


def names_nobody(kind: Kind, name: str, *, sure: bool = False) -> bool:
    """Whether a name that nothing beside it speaks for is one of these.

    `sure`: a tagger is; then it may be one that hardly anybody bears: kin (老幺, 囡囡), a centre, a hotline.
    """
    if _ENGLISH.fullmatch(name) or is_renowned(name):
        return True
    if kind is Kind.PERSON:
        return (
            any(pattern.fullmatch(name) for pattern in (_PEOPLE, _ROLES, _NATIONS, _AMOUNTS, _SPEECH))
            or is_office_or_kin(name)
            or (
                not sure
                and (
                    name in ALSO_NAMES
                    or name in _EVERYDAY
                    or name in _BRANDS
                    or _BODY.fullmatch(name) is not None
                    or _KIN.fullmatch(name) is not None
                )
            )
            or _CANTONESE.search(name) is not None
        )
    if kind is Kind.SOCIAL:
        return _ROLES.fullmatch(name) is not None
    if kind in _PLACES_AND_BODIES:
        if _SHAPED_SO.fullmatch(name):
            return not sure
        return any(pattern.fullmatch(name) for pattern in (_PLACES, _OF_EVERY_TOWN, _ORGANISATIONS, _NATIONS, _SPEECH))
    return False
