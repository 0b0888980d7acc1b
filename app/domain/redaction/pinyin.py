"""Chinese names in Latin letters: which syllables there are, and which are surnames (Liu Wei, Xiaoming, Ouyang)."""

import re

_SYLLABLES = (
    "a ai an ang ao ba bai ban bao bei ben bi bian biao bin bing bo bu cai can cao ce cen chang chao che chen "
    "cheng chi chong chu chuan chun ci cong cui da dai dan dao de deng di dian ding dong du duan dun duo e en "
    "er fa fan fang fei fen feng fu gan gang gao ge gen gu guan guang gui guo hai han hang hao he hong hou hua "
    "huai huan hui huo ji jia jian jiang jiao jie jin jing jiu ju juan jue jun kai kang ke kong kuan kun lan "
    "lang le lei leng li lian liang lin ling liu long lu luan lun luo lv ma man mao mei men meng mi mian miao "
    "min ming mo mu na nan neng ni nian ning niu nuo ou pan pei peng pin ping po pu qi qian qiang qiao qin "
    "qing qiong qiu qu quan ran rao ren rong rou ru rui run ruo san sen sha shan shao shen sheng shi shu shuai "
    "shuang shui shuo si song su sui sun suo tai tan tang tao teng tian ting tong wan wang wei wen wu xi xia "
    "xian xiang xiao xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yong you yu yuan yue "
    "yun ze zeng zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhuo zi zong zu zuo"
).split()
PINYIN_SURNAMES = frozenset(
    (
        "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie "
        "han tang feng yu dong xiao cheng cao yuan deng fu shen zeng peng lv lu su jiang cai jia ding wei xue ye "
        "yan pan du dai xia zhong tian ren fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu "
        "qin gu hou shao meng long wan duan lei qian yin yi chang qiao lai gong wen ouyang sima zhuge ni bi chu ge "
        "ji kuang ling miao nie ou pu qi rao sang tao tong xin xing zang zhan zhai zhuang zuo chan cheung wong lau "
        "ng tsang yip kwok leung hui tsai hsu chiang chow lam"
    ).split()
)
# English words of a note that happen to consist of such syllables.
_ENGLISH = frozenset(
    (
        "a an banana ban bang can change chase dance den die do e fan fang gang ge gene hang he hen here long made "
        "make man me mean men more name open pan pie pine pure ran rang rude run sang sane same shame shape share she "
        "shine so song sun sung tan ten tie tide tire wan wanna we wen women you yang"
    ).split()
)
_WORD = re.compile(rf"(?:{'|'.join(sorted(_SYLLABLES, key=len, reverse=True))})" + r"{1,3}", re.IGNORECASE)


def is_pinyin(word: str) -> bool:
    """Whether a Latin word is made of one to three syllables of Chinese."""
    return _WORD.fullmatch(word.replace("-", "").replace("'", "").replace("’", "")) is not None


def can_be_small(words: str) -> bool:
    """Whether words in small letters may be a name all the same: a Chinese one (zhang yuchen), and no English word."""
    return all(is_pinyin(word) and word not in _ENGLISH for word in words.split())
