"""Where a Chinese name begins: it is written without a space, so the words that lead up to it are cut off."""

import re

_LEADS = (
    "来自 住在 家住 现住 就住 租住 暂住 居住 搬到 搬去 搬进 搬回 位于 地址 地点 住址 户籍 籍贯 老家 家在 人在 "
    "站在 坐在 躲在 困在 跑到 走到 去了 去过 回到 来到 赶到 送到 送去 送往 转到 转去 转学 就读 读于 毕业 考上 "
    "考进 考入 进了 上了 读的 念的 在读 供职 任职 就职 上班 打工 工作 经营 开了 属于 隶属 自称 名叫 叫做 就是 "
    "还是 也是 不是 都是 或者 以及 还有 因为 所以 但是 如果 当时 现在 目前 之前 后来 已经 曾经 今年 去年 昨天 "
    "今天 昨晚 上周 刚才 最后 然后 孩子 儿子 女儿 爸爸 妈妈 父亲 母亲 爷爷 奶奶 外婆 外公 老公 老婆 丈夫 妻子 "
    "来电者 求助者 当事人 本人 自己 我们 他们 她们 同学 朋友 学生 老师 患者 路过 经过 沿着 前往 通知 联系 告知 "
    "转介 转诊 建议 预约 就诊 住过 住进 住院 看过 出警 报警 离家 离开 逃到 跳下 一个 这个 那个 某个 一所 一家 "
    "所在 原来 曾在 正在 现在在 不在 常在 待在 呆在 关在 约在 见面"
).split()
_CUT = re.compile(
    "|".join(sorted(_LEADS, key=len, reverse=True))
    + r"|[在从去往是于由和与及跟给把被让对向叫说问找的了着过我你他她它送回住读念进考有没不也又很]"
)
_GLUED_BEHIND = re.compile(r"^(?:[人仁平祥同太永中泰兴嘉安德共雍景义颐]和|[新崇]文|[小]于)$")
_GLUED = re.compile(
    r"^(?:有限|向阳|向明|向东|向前|和睦|东到|西到|南到|回族|和平|和县|和田|和静|和硕|和林|和顺|和龙|于都|于洪|于田|从化|从江|对面|来宾|来安|来凤|"
    r"来广营|给排|和谐|和园|和睦|去广|到家|过街|进贤|有色|不二)"
)


def begin(text: str, start: int, end: int) -> int:
    """Where the name in text[start:end] begins, when the words before it are left out; `end` when nothing is left."""
    at = start
    while at < end:
        match = _CUT.search(text, at, end)
        if match is None:
            break
        if _GLUED.match(text[match.start() : match.start() + 3]) or _GLUED_BEHIND.match(
            text[max(start, match.start() - 1) : match.end()]
        ):
            at = match.end() + (match.end() == match.start() + 1)
            continue
        start = at = match.end()
    return start
