"""Names that everybody knows and hardly anybody bears: of books, plays and history, of singers and thinkers.

Whoever tells of them tells of nobody near. A name with a word beside it that says somebody is called so (叫孙悟空) is
found all the same: whoever asks here has found it without one.
"""

import re

_CHINESE = frozenset(
    (
        # of books and plays
        "孙悟空 唐僧 猪八戒 沙僧 沙和尚 白骨精 哪吒 嫦娥 后羿 牛郎 织女 白素贞 许仙 法海 梁山伯 祝英台 "
        "花木兰 孟姜女 林黛玉 黛玉 贾宝玉 薛宝钗 王熙凤 刘姥姥 武松 李逵 鲁智深 潘金莲 "
        "西门庆 武大郎 祥林嫂 孔乙己 阿Q 骆驼祥子 郭靖 黄蓉 杨过 小龙女 张无忌 令狐冲 "
        "韦小宝 东方不败 甄嬛 还珠格格 哈利波特 哈利·波特 赫敏 福尔摩斯 柯南 路飞 鸣人 佐助 "
        "闰土 周芷若 任盈盈 乔峰 段誉 虚竹 王语嫣 杨戬 妲己 悟空 八戒 紫霞仙子 至尊宝 白娘子 董永 窦娥 崔莺莺 "
        "玉皇大帝 太上老君 王母娘娘 孟婆 月老 阎王 财神 妈祖 关公 皮卡丘 大雄 海绵宝宝 派大星 佩奇 熊出没 "
        "蜡笔小新 樱桃小丸子 哆啦A梦 奥特曼 灰姑娘 白雪公主 小红帽 哈姆雷特 罗密欧 朱丽叶 堂吉诃德 "
        "安娜·卡列尼娜 西西弗 西西弗斯 俄狄浦斯 那喀索斯 喜羊羊 灰太狼 熊大 熊二 "
        # of history
        "秦始皇 项羽 刘邦 曹操 刘备 关羽 张飞 吕布 周瑜 司马懿 诸葛亮 武则天 李世民 朱元璋 康熙 "
        "乾隆 岳飞 文天祥 屈原 司马迁 陶渊明 李白 杜甫 白居易 李商隐 苏轼 苏东坡 李清照 辛弃疾 陆游 "
        "王阳明 孔子 孟子 老子 庄子 荀子 墨子 拿破仑 希特勒 达芬奇 达·芬奇 牛顿 爱因斯坦 居里夫人 达尔文 "
        "图灵 霍金 爱迪生 周文王 商纣王 孙权 貂蝉 西施 王昭君 杨贵妃 慈禧 溥仪 成吉思汗 忽必烈 孙中山 毛泽东 "
        "周恩来 邓小平 雷锋 王羲之 颜真卿 华佗 李时珍 张仲景 伽利略 哥白尼 马克思 恩格斯 列宁 林肯 华盛顿 丘吉尔 "
        "曼德拉 甘地 "
        # of writing and thought
        "余华 莫言 王小波 三毛 海子 顾城 北岛 金庸 古龙 钱钟书 杨绛 林徽因 徐志摩 朱自清 冰心 季羡林 余光中 "
        "汪曾祺 刘慈欣 曹雪芹 吴承恩 施耐庵 罗贯中 蒲松龄 歌德 雨果 巴尔扎克 莫泊桑 契诃夫 普希金 黑塞 博尔赫斯 "
        "卡尔维诺 三岛由纪夫 夏目漱石 芥川龙之介 普拉斯 伍尔夫 欧文·亚隆 亚隆 "
        "鲁迅 老舍 巴金 沈从文 张爱玲 史铁生 琼瑶 莎士比亚 托尔斯泰 陀思妥耶夫斯基 "
        "卡夫卡 加缪 海明威 泰戈尔 马尔克斯 村上春树 太宰治 川端康成 东野圭吾 安徒生 弗洛伊德 荣格 阿德勒 "
        "弗兰克尔 罗杰斯 马斯洛 皮亚杰 尼采 叔本华 萨特 康德 黑格尔 苏格拉底 柏拉图 亚里士多德 "
        # of music, film and sport
        "贝多芬 莫扎特 肖邦 巴赫 柴可夫斯基 梵高 莫奈 毕加索 张国荣 邓丽君 周杰伦 林俊杰 陈奕迅 刘德华 "
        "邓紫棋 李宗盛 罗大佑 崔健 毛不易 薛之谦 华晨宇 王菲 张学友 易烊千玺 王俊凯 肖战 王一博 蔡徐坤 宫崎骏 新海诚 "
        "久石让 马云 马化腾 任正非 李佳琦 董宇辉 张雪峰 俞敏洪 "
        "周星驰 周润发 李小龙 梅西 C罗 科比 乔丹 马斯克 乔布斯 卓别林 "
    ).split()
)
_ENGLISH = frozenset(
    (
        "Harry Potter|Sherlock Holmes|Hamlet|Macbeth|Sisyphus|Icarus|Atlas|Achilles|Hercules|Orpheus|"
        "Batman|Superman|Spider-Man|Gandalf|Frodo|Dumbledore|Pikachu|Totoro|Jane Eyre|Cinderella|Peter Pan|"
        "Taylor Swift|Billie Eilish|Kurt Cobain|Freddie Mercury|Amy Winehouse|Elton John|David Bowie|Nick Drake|"
        "Eminem|Beyoncé|Radiohead|Nirvana|Coldplay|Joy Division|The Beatles|Mozart|Beethoven|Bach|Chopin|Tchaikovsky|"
        "Van Gogh|Picasso|Monet|Frida Kahlo|Einstein|Shakespeare|Sylvia Plath|Virginia Woolf|Hemingway|"
        "Plath|Woolf|Dostoevsky|Tolstoy|Murakami|Orwell|Austen|Dickens|Rumi|Bohemian Rhapsody|The Bell Jar|"
        "Kafka|Camus|Sartre|Nietzsche|Plato|Socrates|Marcus Aurelius|Viktor Frankl|Carl Rogers|Freud|Gandhi|"
        "Sinatra|Frank Sinatra|Elvis Presley|Donald Duck|Mickey Mouse|Snoopy|Winnie the Pooh|James Bond|"
        "Napoleon|Hitler|Churchill|Robin Williams|Marilyn Monroe|Charlie Chaplin|Messi|Ronaldo|Samaritans"
    ).split("|")
)


_WITHIN = re.compile("|".join(sorted(map(re.escape, _CHINESE), key=len, reverse=True)))


def renowned_zones(text: str) -> list[tuple[int, int]]:
    """Where these names stand in a Chinese text: half of one (史铁 of 史铁生) is nobody's name either."""
    return [match.span() for match in _WITHIN.finditer(text)]


def is_renowned(name: str) -> bool:
    """Whether a name is one of these."""
    return name in _CHINESE or name.removesuffix("'s").removesuffix("’s") in _ENGLISH
