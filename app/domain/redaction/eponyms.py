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
ILLNESSES = (  # of ICD-10, ICD-11 and DSM; in English called after somebody
    r"(?<![A-Za-z\d])(?:[A-Z]\d{2}\.\d{1,3}|F\d{2}|6[A-E]\d{2}(?:\.\d)?|(?:29|30)\d\.\d{1,2})(?![A-Za-z\d栋座幢号室楼])|"
    r"(?<![A-Za-z])(?:Addison|Asperger|Babinski|Bell|Capgras|Cotard|Creutzfeldt-Jakob|Cushing|Down|Ehlers-Danlos|Fregoli|"
    r"Graves|Guillain-Barré|Hashimoto|Klinefelter|Korsakoff|Lewy body|Lyme|Marfan|Ménière|Munchausen|Parkinson|"
    r"Pick|Prader-Willi|Raynaud|Rett|Sj[oö]gren|Stevens-Johnson|Stockholm|Tourette|Turner|Wernicke|Wilson)(?:['’]s?)?\s"
    r"(?:disease|syndrome|dementia|encephalopathy|thyroiditis|palsy|delusion|sign|rash|by proxy)(?![A-Za-z])"
)
_DOUBLE = (
    r"Montgomery-[ÅA]sberg|Yale-Brown|Mallory-Weiss|Rumack-Matthew|Stanford-Binet|Myers-Briggs|Bush-Francis|Stanley-Brown|"
    r"Lennox-Gastaut|Charcot-Marie-Tooth|Wolff-Parkinson-White|Ehlers-Danlos|Wernicke-Korsakoff|Willis-Ekbom|"
    r"Kleine-Levin|Guillain-Barr[ée]|Creutzfeldt-Jakob|Prader-Willi|Stevens-Johnson|Smith (?:&|and) Wesson|Lou Gehrig|"
    r"De Cl[ée]rambault|Charles Bonnet|King['’]s College"
)
_OF_SOMEBODY = (  # with 's, where another's illness could stand, only what is known
    r"(?:Achilles|Adam|Alzheimer|Baker|Barrett|Beh[çc]et|Bell|Broca|Colles|Crohn|Cushing|Dupuytren|Fournier|Gilbert|Hartmann|"
    r"Hashimoto|Hodgkin|Huntington|Kernig|Korsakoff|Maslow|M[ée]ni[èe]re|Munchausen|Murphy|Paget|Parkinson|Peyronie|Pott|"
    r"Raven|Reye|Romberg|Ryle|Sheehan|Smith|Tourette|Wernicke|Wilson)['’]s?\s(?:apple|area|contracture|criteria|cyst|disease|"
    r"fracture|gangrene|heel|hierarchy|lymphoma|matrices|oesophagus|esophagus|palsy|procedure|psychosis|sign|solution|"
    r"syndrome|tendon|test|thyroiditis|tube)"
)
_AND_A_WORD = (  # without 's: a name before one of these is no person's
    r"[A-ZÅÉÖ][\w-]+(?:\s[A-ZÅÉÖ][\w-]+){0,2}\s(?:syndrome|nomogram|matrices|hypnosis|Syndrome|Scale|Inventory|Questionnaire|"
    r"Index|Test|Rating)"
)
_KNOWN = (
    r"(?:Apgar|Braden|Epworth|Glasgow|Kessler|Morse|Rockall|Waterlow)\s(?:coma\s|fall\s)?(?:scale|score|risk)|"
    r"Kessler\s?10|(?:Baker|Marchman) Act(?:ed)?|Gillick compet\w+|Fraser guidelines|Holter monitor\w*|"
    r"Hickman lines?|Whipple procedure|Jefferson fracture|Kawasaki disease|Perthes disease|Alzheimer disease|"
    r"Schwartz rounds?|Balint groups?|Morita therapy|Bowen (?:family|theory)\w*|Jacobson relaxation|Maudsley|"
    r"Ericksonian|Al-Anon|Stanley kni(?:fe|ves)|circle of Willis|Sections? \d{1,3}(?:\(\d\))?|Eustachian tubes?|"
    r"Tide Pods?|Black Mamba|Special K|MS Contin|Efexor XL|GTN spray|castor beans?|Jimson weed|Maudsley family|"
    r"Abilify Maintena|Ross River fever|Tarasoff\s(?:warning|duty)"
)
_LAWS = r"[A-Z][a-z]+['’]s\s(?:Law|Rule|Act)"
CALLED_AFTER = re.compile(
    rf"(?=[A-ZÅÉc])(?<![A-Za-z])(?:{_AND_A_WORD}|{_OF_SOMEBODY}|{_DOUBLE}|{_KNOWN}|{_LAWS})(?:['’]s)?(?![A-Za-z])"
)
"""In English, with capital letters as they are."""
CALLED_AFTER_IN_CHINESE = re.compile(
    r"[阿艾安奥巴贝比毕波伯博布查茨达戴德登迪蒂杜多恩尔凡菲费弗佛夫弗福伏戈格哈海汉翰豪赫霍亨华基加简金卡凯康柯科克库"
    r"拉莱兰朗劳勒雷里利林灵鲁伦罗洛马玛麦曼梅门蒙米莫墨默姆穆纳南内尼纽诺努帕庞佩皮普奇乔琼秦丘让热荣瑞萨塞森沙舍史斯"
    r"司丝苏索塔泰坦汤特提图托瓦韦维威魏温文翁沃伍希西谢辛休逊雅亚延耶伊约扎詹兹宗-]{2,9}"
    r"(?:氏?综合[征症]|氏[病征]|征阳性|量表|测验|学派|催眠|韧带)"
)
"""Names written by their sound before one of these."""
