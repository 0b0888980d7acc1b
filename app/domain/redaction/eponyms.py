"""What is called after somebody and names nobody: scales, illnesses, signs, operations, schools, laws."""

import re

_AUTHORS = (
    r"(?:Beck|Hamilton|Zung|Columbia|Edinburgh|Montgomery|Pittsburgh|Young|Yale-Brown|Eysenck|Wechsler|Rosenberg|Conners|"
    r"Barthel|Glasgow|Rorschach)"
)
SCALES_BY_AUTHOR = (  # after a person or a place; in English with a word for it, or two of them side by side
    r"(?:贝克|汉密尔顿|汉密顿|匹兹堡|爱丁堡|艾森克|格拉斯哥|康纳斯|罗森伯格|明尼苏达|卡特尔|哥伦比亚|耶鲁布朗|杨氏|"
    r"蒙哥马利|韦氏)[一-鿿]{0,8}?(?:量表|问卷|测验|指数|评定|评分|筛查|\d{1,2}\s?项)(?:\s*\d{1,3}\s*分)?|"
    r"(?:贝克|汉密尔顿|汉密顿|匹兹堡|耶鲁布朗)\s?\d{1,3}(?!\d)|"
    rf"(?<![A-Za-z])(?:{_AUTHORS}(?:\s*,\s*|\s+and\s+)?)+(?:\s[a-z]+){{0,3}}\s"
    r"(?:scales?|inventory|inventories|index|questionnaire|rating|test|score)(?![A-Za-z])|"
    r"(?<![A-Za-z])(?:Beck|Hamilton|Zung|Barthel|Rosenberg|Conners|Wechsler)\s"
    r"(?:came out(?:\sat)?|scored|scores|score|total|self-esteem)\s\d{1,3}(?![\d:])|"
    rf"(?<![A-Za-z]){_AUTHORS}(?:(?:\s*,\s*(?:and\s)?|\s+and\s+){_AUTHORS})+(?![A-Za-z])"
)
_OF_A_DISEASE = (
    r"Addison|Alzheimer|Beh[çc]et|Crohn|Creutzfeldt-Jakob|Cushing|Graves|Hashimoto|Hodgkin|Huntington|Kawasaki|"
    r"Lewy body|Lou Gehrig|Lyme|M[ée]ni[èe]re|Paget|Parkinson|Perthes|Peyronie|Pick|Raynaud|Willis-Ekbom|Wilson"
)
_OF_A_SYNDROME = (
    r"Addison|Asperger|Capgras|Cotard|Cushing|De Cl[ée]rambault|Down|Ehlers-Danlos|Fregoli|Ganser|Gilbert|"
    r"Guillain-Barr[ée]|Klinefelter|Kleine-Levin|Korsakoff|Marfan|Munchausen|Prader-Willi|Reye|Rett|Sheehan|Sj[oö]gren|"
    r"Stevens-Johnson|Stockholm|Tourette|Turner|Wernicke"
)
_PAIRS = (  # each name with its own: Adam's apple, and not Adam's test
    ("Achilles", "heel|tendon"),
    ("Adam", "apple"),
    ("Baker", "cyst"),
    ("Barrett", "oesophagus|esophagus"),
    ("Babinski|Brudzinski|Kernig|Murphy|Romberg", "sign"),
    ("Bell", "palsy"),
    ("Broca|Wernicke", "area"),
    ("Capgras|Fregoli", "delusion"),
    ("Colles|Pott", "fracture"),
    ("Dupuytren", "contracture"),
    ("Fournier", "gangrene"),
    ("Hartmann|Whipple", "procedure"),
    ("Hashimoto", "thyroiditis"),
    ("Hodgkin", "lymphoma"),
    ("Korsakoff", "psychosis"),
    ("Lewy body|Pick", "dementia"),
    ("Maslow", "hierarchy"),
    ("Munchausen", "by proxy"),
    ("Raven", "matrices"),
    ("Romberg", "test"),
    ("Ryle", "tube"),
    ("Wernicke", "encephalopathy"),
    (_OF_A_DISEASE, "disease"),
    (_OF_A_SYNDROME, "syndrome"),
)
_PAIRED = "|".join(rf"(?:{names})(?:['’]s?)?\s(?:{nouns})" for names, nouns in _PAIRS)
ILLNESSES = (  # of ICD-10, ICD-11 and DSM; in English called after somebody
    r"(?<![A-Za-z\d])(?:[A-Z]\d{2}\.\d{1,3}|F\d{2}|6[A-E]\d{2}(?:\.\d)?|(?:29|30)\d\.\d{1,2})(?![A-Za-z\d栋座幢号室楼])|"
    rf"(?<![A-Za-z])(?:{_PAIRED})(?![A-Za-z])"
)
_DOUBLE = (
    r"Montgomery-[ÅA]sberg|Yale-Brown|Mallory-Weiss|Rumack-Matthew|Stanford-Binet|Myers-Briggs|Bush-Francis|Stanley-Brown|"
    r"Lennox-Gastaut|Charcot-Marie-Tooth|Wolff-Parkinson-White|Ehlers-Danlos|Wernicke-Korsakoff|Willis-Ekbom|"
    r"Kleine-Levin|Guillain-Barr[ée]|Creutzfeldt-Jakob|Prader-Willi|Stevens-Johnson|Smith (?:&|and) Wesson|Lou Gehrig|"
    r"De Cl[ée]rambault|Charles Bonnet"
)
_AND_A_WORD = (  # without 's: a name before one of these is no person's
    rf"(?:{_DOUBLE}|[A-ZÅÉÖ][\w-]+)\s(?:syndrome|Syndrome|nomogram)|"
    r"[A-ZÅÉÖ][\w-]+(?:\s[A-ZÅÉÖ][\w-]+){0,2}\s(?:Scale|Inventory|Questionnaire)"
)
_KNOWN = (
    r"(?:Apgar|Braden|Epworth|Glasgow|Kessler|Morse|Rockall|Waterlow)\s(?:coma\s|fall\s)?(?:scale|score)|"
    r"Kessler\s?10|(?:Baker|Marchman) Act(?:ed)?|Gillick compet\w+|Fraser guidelines|King['’]s College criteria|"
    r"Holter monitor\w*|Hickman lines?|Jefferson fracture|Schwartz rounds?|Balint groups?|Morita therapy|"
    r"Bowen (?:family systems|family therapy|theory)|Jacobson relaxation|Maudsley|Ericksonian|Al-Anon|"
    r"Stanley kni(?:fe|ves)|circle of Willis|Sections? \d{1,3}(?:\(\d\))?|Eustachian tubes?|Tide Pods?|Black Mamba|"
    r"Special K|MS Contin|Efexor XL|GTN spray|castor beans?|Abilify Maintena|Ross River fever"
)
_LAWS = r"[A-Z][a-z]+['’]s\s(?:Law|Rule|Act)"
CALLED_AFTER = re.compile(
    rf"(?=[A-ZÅÉc])(?<![A-Za-z])(?:{_AND_A_WORD}|{_DOUBLE}|{_KNOWN}|{_LAWS})(?:['’]s)?(?![A-Za-z])"
)
"""In English, with capital letters as they are."""
CALLED_AFTER_IN_CHINESE = re.compile(
    r"[阿艾安奥巴贝比毕波伯博布查茨达戴德登迪蒂杜多恩尔凡菲费弗佛夫弗福伏戈格哈海汉翰豪赫霍亨华基加简金卡凯康柯科克库"
    r"拉莱兰朗劳勒雷里利林灵鲁伦罗洛马玛麦曼梅门蒙米莫墨默姆穆纳南内尼纽诺努帕庞佩皮普奇乔琼秦丘让热荣瑞萨塞森沙舍史斯"
    r"司丝苏索塔泰坦汤特提图托瓦韦维威魏温文翁沃伍希西谢辛休逊雅亚延耶伊约扎詹兹宗-]{2,9}"
    r"(?:氏?综合[征症]|氏[病征]|征阳性)"
)
"""Names written by their sound before one of these."""
