"""Words of the field that are never hidden: medicines, poisons and methods, illnesses, treatments, examinations.

Hiding 跳楼 or a dose is a safety failure (field.md section 7). Medicines stand under the names that callers use, those
of their makers as well. What people may be called too (罗拉, 曼陀罗) is in `ALSO_NAMES`: it stays unless something
says that somebody is called so.
"""

import re

MEDICINES = (
    # against depression
    "舍曲林 氟西汀 帕罗西汀 西酞普兰 艾司西酞普兰 草酸艾司西酞普兰 氟伏沙明 文拉法辛 去甲文拉法辛 度洛西汀 米氮平 "
    "曲唑酮 安非他酮 阿戈美拉汀 伏硫西汀 沃替西汀 米那普仑 左旋米那普仑 瑞波西汀 米安色林 阿米替林 氯米帕明 氯丙咪嗪 "
    "多塞平 多虑平 丙米嗪 丙咪嗪 马普替林 噻奈普汀 吗氯贝胺 苯乙肼 托鲁地文拉法辛 若欣林 百忧解 百优解 左洛复 来士普 "
    "喜普妙 赛乐特 乐友 兰释 怡诺思 博乐欣 欣百达 奥思平 瑞美隆 派迪生 美舒郁 维度新 心达悦 安拿芬尼 黛力新 路优泰 "
    "圣约翰草 贯叶连翘 氟哌噻吨美利曲辛 艾司氯胺酮 氯胺酮 "
    # mood
    "碳酸锂 锂盐 丙戊酸钠 丙戊酸镁 丙戊酸 拉莫三嗪 卡马西平 奥卡西平 托吡酯 加巴喷丁 普瑞巴林 德巴金 利必通 得理多 "
    "曲莱 妥泰 "
    # psychosis
    "奥氮平 喹硫平 利培酮 帕利哌酮 阿立哌唑 齐拉西酮 鲁拉西酮 氨磺必利 布南色林 依匹哌唑 卡利拉嗪 哌罗匹隆 伊潘立酮 "
    "氯氮平 氯丙嗪 奋乃静 氟奋乃静 氟哌啶醇 舒必利 硫必利 三氟拉嗪 五氟利多 再普乐 思瑞康 维思通 善思达 芮达 恒德 "
    "安律凡 博思清 卓乐定 罗舒达 索里昂 冬眠灵 癸氟奋乃静 苯海索 "
    # sleep and anxiety
    "劳拉西泮 阿普唑仑 艾司唑仑 地西泮 氯硝西泮 奥沙西泮 咪达唑仑 三唑仑 硝西泮 氟西泮 佐匹克隆 右佐匹克隆 唑吡坦 "
    "扎来普隆 雷美替胺 苏沃雷生 莱博雷生 达利雷生 苯巴比妥 苯妥英钠 丁螺环酮 坦度螺酮 羟嗪 安眠药 安眠 安定 舒乐安定 "
    "佳静安定 佳乐定 思诺思 褪黑素 普萘洛尔 心得安 美托洛尔 倍他乐克 "
    # attention, memory, dependence
    "哌甲酯 托莫西汀 可乐定 胍法辛 专注达 择思达 利他林 莫达非尼 多奈哌齐 美金刚 石杉碱甲 纳曲酮 双硫仑 戒酒硫 "
    "美沙酮 丁丙诺啡 "
    # prepared herbs
    "乌灵胶囊 逍遥丸 舒肝解郁 安神补脑液 酸枣仁 甜梦口服液 朱砂安神丸 柏子养心丸 天王补心丹 枣仁安神 养血清脑颗粒 "
    # what else people take, and take too much of
    "布洛芬 对乙酰氨基酚 扑热息痛 阿司匹林 泰诺 芬必得 双氯芬酸 感冒药 感冒灵 感冒通 感康 快克 维C银翘片 退烧药 "
    "止痛药 止痛片 去痛片 降压药 降糖药 避孕药 优思明 优思悦 毓婷 米非司酮 头孢 阿莫西林 阿奇霉素 罗红霉素 "
    "左氧氟沙星 甲硝唑 氯雷他定 西替利嗪 扑尔敏 苯海拉明 异丙嗪 晕车药 秋水仙碱 胰岛素 二甲双胍 格列美脲 地高辛 "
    "华法林 氨氯地平 硝苯地平 维拉帕米 普罗帕酮 优甲乐 左甲状腺素 甲巯咪唑 泼尼松 强的松 地塞米松 右美沙芬 止咳水 "
    "止咳糖浆 复方甘草片 可待因 曲马多 吗啡 芬太尼 杜冷丁 哌替啶 羟考酮 泰勒宁 速效救心丸 硝酸甘油 奥美拉唑 维生素 "
    "叶酸 利多卡因 普鲁卡因 肾上腺素 阿托品 解磷定 氯解磷定 氟马西尼 纳洛酮 乙酰半胱氨酸 甘露醇 葡萄糖 生理盐水 "
    "丙泊酚 苯妥英 普拉克索 左旋多巴 美多芭 息宁 森福罗 泰舒达 安理申 易倍申 弗瑞因 开浦兰 优时比 得宝松 拜阿司匹灵 "
    "立普妥 络活喜 倍博特 诺和灵 诺和锐 拜唐苹 格华止 捷诺维 开瑞坦 息斯敏 顺尔宁 舒利迭 信必可 吗丁啉 耐信 波立维 "
    "妈富隆 苯扎托品 东莨菪碱 氢氯噻嗪 呋塞米 螺内酯 阿托伐他汀 氯吡格雷 沙丁胺醇 布地奈德 孟鲁司特 蒙脱石散 铁剂 "
    "钙片 益生菌 黄体酮 雌二醇 睾酮 环磷酰胺 甲氨蝶呤 羟氯喹 抗抑郁药 抗焦虑药 抗精神病药 心境稳定剂 情绪稳定剂 "
    "镇静药 镇静剂 苯二氮䓬 三环类 长效针"
).split()
SUBSTANCES = (
    "百草枯 敌草快 敌敌畏 甲胺磷 对硫磷 毒死蜱 草甘膦 有机磷 除草剂 杀虫剂 杀虫药 蟑螂药 农药 老鼠药 鼠药 毒鼠强 "
    "溴敌隆 溴鼠灵 砒霜 氰化物 氰化钾 氰化钠 亚硝酸钠 亚硝酸盐 洁厕灵 洗洁精 消毒液 消毒水 漂白水 漂白粉 强酸 强碱 "
    "烧碱 硫酸 盐酸 草酸 甲醇 甲醛 医用酒精 防冻液 煤气 液化气 天然气 一氧化碳 木炭 炭盆 炭火盆 冰毒 海洛因 大麻 "
    "摇头丸 可卡因 笑气 麻古 依托咪酯 上头电子烟 电子烟 尼古丁 止咳药水 断肠草 蓖麻子 毒蘑菇 河豚毒素"
).split()
ACTS = (
    "跳楼 跳河 跳江 跳桥 跳海 跳湖 跳崖 跳轨 跳井 跳窗 投河 投江 投湖 投井 坠楼 坠桥 坠亡 溺水 割腕 割手 割手腕 割颈 "
    "割脖子 划手臂 划手 划伤 勒颈 上吊 自缢 服毒 服药 吞药 吞刀片 吞电池 喝农药 开煤气 烧炭 卧轨 触电 绝食 撞墙 撞车 "
    "窒息 闷死 自杀 自残 自伤 自尽 自焚 自虐 轻生 寻死 想死 去死 殉情 约死 遗书 遗言 遗嘱 绝笔 杀人 安乐死 没意思 "
    "没意义 一了百了 累赘 拖累 解脱 活腻 活够"
).split()
CONDITIONS = (
    "抑郁 抑郁症 抑郁状态 焦虑 焦虑症 双相 双相情感障碍 躁狂 轻躁狂 躁郁 恶劣心境 环性心境 混合状态 精神分裂 "
    "精神分裂症 分裂症 分裂情感性障碍 妄想性 妄想 被害妄想 关系妄想 钟情妄想 幻觉 幻听 幻视 思维奔逸 思维迟缓 "
    "思维插入 联想松弛 强迫 强迫症 惊恐 惊恐发作 恐高 社恐 广场恐惧 幽闭恐惧 社交恐惧 疑病 躯体化 躯体症状 躯体变形 "
    "广泛性焦虑 应激 应激障碍 适应障碍 创伤 复杂性创伤 哀伤障碍 解离 人格解体 现实解体 分离性身份障碍 精神病性障碍 "
    "学习障碍 游戏障碍 睡眠障碍 惊恐障碍 人格障碍 人格分裂 边缘型 回避型 反社会型 反社会人格 回避型人格 自恋型人格 "
    "快速循环 自恋型 表演型 偏执型 依赖型 厌食 厌食症 神经性厌食 神经性贪食 贪食 贪食症 暴食 暴食症 催吐 异食癖 "
    "多动症 多动 自闭症 孤独症 谱系 阿斯伯格 抽动 抽动症 妥瑞 对立违抗 品行障碍 选择性缄默 缄默 木僵 违拗 阅读障碍 "
    "产后抑郁 经前烦躁 更年期 季节性抑郁 酒精依赖 药物依赖 成瘾 网络成瘾 戒断 戒断反应 停药反应 撤药反应 性别不安 "
    "性别焦虑 痴呆 阿尔茨海默 老年痴呆 帕金森 路易体痴呆 亨廷顿 谵妄 癫痫 脑炎 脑梗 脑出血 偏头痛 桥本甲状腺炎 甲亢 "
    "甲减 梅尼埃 克罗恩病 库欣 韦尼克 斯德哥尔摩综合征 吉兰-巴雷 吉兰巴雷 系统性红斑狼疮 红斑狼疮 类风湿 白血病 "
    "糖尿病 高血压 低血糖 冠心病 心梗 心肌炎 乙肝 艾滋病 梅毒 尿毒症 肾衰 肝硬化 胃溃疡 肠易激 颈椎病 腰椎间盘突出 "
    "银屑病 白癜风 湿疹 荨麻疹 痤疮 脱发 斑秃 多囊卵巢 子宫肌瘤 宫外孕 不孕症 早泄 阳痿 近视 耳鸣 失眠 早醒 入睡困难 "
    "多梦 梦魇 噩梦 夜惊 嗜睡 睡眠瘫痪 鬼压床 发作性睡病 食欲减退 乏力 心慌 心悸 胸闷 气短 手抖 头晕 头痛 恶心 呕吐 "
    "腹泻 便秘 胃痛 过度换气 呼吸困难 快感缺失 兴趣下降 兴趣减退 精力下降 精力减退 体重下降 注意力 记忆力 无价值感 "
    "思维被广播 5-羟色胺 自责 自罪 自杀意念 消极观念 自杀未遂 静坐不能 锥体外系反应 恶性综合征 锂中毒 中风 脑卒中 "
    "偏瘫 截瘫 瘫痪 骨裂 扭伤 脱臼 挫伤 裂伤 擦伤 脑震荡 颅内出血 脑出血 气胸 血尿 便血 咯血 肺炎 肺气肿 哮喘 肺结核 "
    "结核 疟疾 破伤风 败血症 脓毒症 阑尾炎 胰腺炎 胆囊炎 胆结石 肾结石 胃炎 胃出血 肠梗阻 痔疮 疝气 甲状腺结节 "
    "乳腺结节 乳腺癌 肺癌 胃癌 肝癌 肠癌 宫颈癌 淋巴瘤 骨肉瘤 脑瘤 化疗 放疗 透析 移植 截肢 痛经 闭经 月经 更年期 "
    "前列腺炎 带状疱疹 水痘 麻疹 过敏 过敏性休克 贫血 低血钾 低钾 心律不齐 房颤 早搏 心衰 昏厥 晕厥 癔症 转换障碍 "
    "痉挛 斜颈 肌张力障碍 流涎 便秘 泌乳 体重增加 发胖 发热 高烧 低烧 寒战 中毒 昏迷 昏睡 休克 抽搐 骨折 烫伤 烧伤 "
    "重度 中度 轻度 重症 流产 怀孕 堕胎 伤口 并发症 后遗症"
).split()
CARE = (
    "洗胃 洗完胃 洗过胃 洗了胃 灌肠 导泻 活性炭 血液灌流 清创 缝合 缝针 心肺复苏 人工呼吸 输液 吊针 保护性约束 "
    "责任护士 一级护理 特级护理 急诊 急救 住院 出院 转院 复诊 初诊 会诊 查房 停药 减药 换药 加药 断药 断崖停药 "
    "无抽搐 电休克 电抽搐 经颅磁 光照疗法 生物反馈 针灸 认知行为 辩证行为 接纳承诺 精神分析 家庭治疗 格式塔 萨提亚 "
    "森田疗法 内观疗法 沙盘 箱庭 房树人 绘画治疗 音乐治疗 人际心理治疗 动力学取向 反应预防 团体辅导 眼动脱敏 "
    "系统脱敏 暴露疗法 催眠 正念 冥想 渐进式肌肉放松 肌肉放松 腹式呼吸 蝴蝶拍 蝴蝶抱 着陆技术 安全岛 稳定化 脑电图 "
    "心电图 脑电 血常规 尿检 胸片 彩超 骨密度 眼动检查 事件相关电位 毒物筛查 磁共振 核磁共振 核磁 血药浓度 锂浓度 "
    "肝功能 甲功 多导睡眠 近红外 腰穿 墨迹测验 罗夏墨迹 韦氏智力 韦氏量表 韦氏成人 韦氏儿童 巴宾斯基 精神检查 "
    "体格检查 心理评估 安全评估 病程记录 护理记录 白细胞 血小板 血红蛋白 转氨酶 血钾 血锂 血糖 血压 血氧 体温 脉搏 "
    "心率 呼吸 瞳孔 格拉斯哥 自知力 家暴 性侵 强奸 猥亵 性骚扰 霸凌 欺凌 校园暴力 虐待 酗酒 吸毒 过量 心理咨询 "
    "心理热线 心理援助热线 精神科 老年科 内分泌科 中医科 康复科 发热门诊 睡眠门诊 临床心理 身心医学 日间病房 男病区 "
    "女病区 心理科 心身科 身心科 神经内科 神经外科 消化内科 心内科 妇产科 儿科 急诊科 重症监护室 预检分诊 开放病房 "
    "封闭病房 高危 中危 低危 危机干预 安全计划 首次风险 风险评估 非自愿住院 强制报告 保密例外 突破保密 知情同意 "
    "监护权 取保候审 人身保护令 人身安全保护令 告诫书 伤情鉴定 精神鉴定 劳动仲裁"
).split()
ALSO_NAMES = frozenset(
    (
        "罗拉 希德 安坦 乐果 曼陀罗 夹竹桃 兰释 芮达 恒德 乐友 快克 感康 妥泰 曲莱 毓婷 路优泰 善思达 泰诺 汽油 酒精 "
        "刀片 绳子 白酒 红酒 啤酒 二锅头 圆规 美工刀 水果刀 创可贴 拂晓 黎明 清晨 黄昏 傍晚 深夜 半夜 午夜 凌晨 早晨 "
        "清早 天亮 明天 昨天 前天 后天 大前天 大后天 今早 今晚 昨晚 明晚 周末 月初 月底 年初 年底 年末 春天 夏天 "
        "秋天 冬天 初春 初夏 初秋 深秋 初冬 寒冬 盛夏 立春 雨水 惊蛰 春分 清明 谷雨 立夏 小满 芒种 夏至 小暑 大暑 "
        "立秋 处暑 白露 秋分 寒露 霜降 立冬 小雪 大雪 冬至 小寒 大寒 双手 双脚 双足 双腿 双眼 双肩 手腕 手臂 胳膊 "
        "手指 指甲 手心 掌心 脖子 肩膀 后背 腰部 膝盖 脚踝 脚跟 跟骨 肋骨 锁骨 骨盆 股骨 胫骨 髌骨 腰椎 颈椎 脊柱 "
        "头皮 额头 眼睛 耳朵 嘴唇 舌头 喉咙 胸口 肚子 桥本 元旦 春节 除夕 元宵 端午 中秋 重阳 国庆 五一 十一 寒假 "
        "暑假 期中 期末 月考 周考 模考 一模 二模 三模 会考 中考 高考 考研 考公 国考 省考 法考 艺考 联考 四级 六级 "
        "雅思 托福 语文 数学 英语 物理 化学 生物 政治 历史 地理 体育 美术 音乐 军训 晚自习 早自习 阳光 彩虹 星空 "
        "月亮 太阳 星星 云朵 台风 暴雨 雷声 大风 下雨 下雪 晴天 阴天 雨天 雪花 大海 沙漠 森林 草原"
    ).split()
)
_ENGLISH = (
    "sertraline fluoxetine paroxetine citalopram escitalopram fluvoxamine venlafaxine desvenlafaxine duloxetine "
    "milnacipran mirtazapine bupropion trazodone agomelatine vortioxetine vilazodone reboxetine mianserin "
    "amitriptyline clomipramine imipramine nortriptyline doxepin dosulepin phenelzine tranylcypromine moclobemide "
    "lithium lamotrigine valproate valproic carbamazepine oxcarbazepine topiramate gabapentin pregabalin quetiapine "
    "olanzapine risperidone paliperidone aripiprazole ziprasidone lurasidone cariprazine brexpiprazole amisulpride "
    "sulpiride clozapine haloperidol chlorpromazine fluphenazine perphenazine zuclopenthixol flupentixol lorazepam "
    "diazepam alprazolam clonazepam midazolam oxazepam temazepam nitrazepam triazolam phenobarbital zolpidem "
    "zopiclone eszopiclone suvorexant melatonin buspirone hydroxyzine propranolol promethazine atomoxetine "
    "methylphenidate lisdexamfetamine dexamfetamine guanfacine clonidine modafinil donepezil memantine naltrexone "
    "acamprosate disulfiram methadone buprenorphine esketamine ketamine prozac zoloft lustral lexapro cipralex "
    "celexa cipramil seroxat paxil luvox cymbalta effexor efexor pristiq wellbutrin remeron valdoxan trintellix "
    "brintellix priadel camcolit depakote epilim lamictal tegretol seroquel zyprexa risperdal invega sustenna "
    "abilify geodon latuda vraylar rexulti solian clozaril haldol xanax valium ativan klonopin rivotril ambien "
    "stilnox lunesta lyrica neurontin inderal ritalin concerta strattera adderall vyvanse spravato antabuse suboxone "
    "subutex naloxone narcan tylenol panadol paracetamol acetaminophen ibuprofen nurofen naproxen aspirin benadryl "
    "diphenhydramine dextromethorphan codeine tramadol morphine oxycodone oxycontin hydrocodone fentanyl warfarin "
    "digoxin metformin insulin prednisone prednisolone levothyroxine amoxicillin colchicine amlodipine paraquat "
    "dichlorvos benztropine benzatropine trihexyphenidyl procyclidine lidocaine epinephrine atropine pralidoxime "
    "flumazenil acetylcysteine propofol levodopa furosemide atorvastatin salbutamol albuterol montelukast omeprazole "
    "stroke tetanus sepsis asthma pneumonia tuberculosis hepatitis chemotherapy dialysis concussion fracture "
    "fractures anaemia anemia glyphosate organophosphate organophosphates cyanide arsenic antifreeze bleach "
    "pesticide pesticides charcoal cocaine heroin methamphetamine mdma cannabis lsd ghb oleander edibles suicide "
    "suicidal suicidality self-harm overdose overdosed asphyxiation suffocation strangulation drowning hanging "
    "jumping cutting depression depressed depressive dysthymia anxiety anxious agoraphobia claustrophobia bipolar "
    "cyclothymia hypomania hypomanic manic panic insomnia hypersomnia nightmares schizophrenia schizoaffective "
    "psychosis psychotic delusions delusional hallucinations paranoia paranoid dissociation dissociative "
    "depersonalisation depersonalization derealisation derealization trauma anorexia bulimia bingeing purging autism "
    "autistic dyslexia dementia delirium epilepsy seizures migraine migraines catatonia akathisia dyskinesia "
    "anhedonia hopelessness hopeless burnout tinnitus palpitations hyperventilation polysomnography "
    "neuropsychological psychotherapy psychoeducation mindfulness triage lavage haemodialysis hemodialysis ecg eeg "
    "ekg mri cpr camhs obstetrics neurology rorschach tourette tourette's asperger's parkinson's alzheimer's "
    "huntington's hashimoto's crohn's mania opioid opioids neurodivergent withdrawal"
).split()
ENGLISH = frozenset(_ENGLISH)
"""In small letters, with a straight apostrophe."""
_STEMS = (  # of international nonproprietary names (WHO): what ends so is a medicine, also one that no list has
    "azepam|azolam|azapine|etiapine|peridone|piprazole|oxetine|faxine|ipramine|triptyline|peridol|perazine|romazine|"
    "phenazine|barbital|racetam|giline|caine|profen|coxib|triptan|setron|dipine|sartan|opril|statin|olol|thiazide|semide|"
    "floxacin|cillin|mycin|cycline|conazole|nidazole|prazole|lukast|terol|tidine|gliptin|gliflozin|glutide|formin|parin|"
    "clovir|navir|buvir|tegravir|amivir|tinib|ximab|zumab|phylline|nisone|nisolone|methasone|morphone|codone|orexant"
)
_STEMS_IN_CHINESE = (
    "西汀|普仑|西泮|唑仑|洛尔|沙坦(?![言白诚承率然])|他汀|替丁|拉唑|沙星|霉素|西林|氮平|硫平|哌酮|培酮|哌唑|曲唑|格瑞洛|格雷|噻平|米嗪|"
    "丙嗪|哌嗪|康唑|硝唑|昔布|洛芬|曲坦|司琼|列汀|列净|鲁肽|单抗|替尼|洛韦|比妥|双胍|茶碱"
)
_WRITES_SOUNDS = (
    "阿艾安奥巴倍苯比丙伯布达德度多厄恩法非芬氟伏福甘格戈瓜哈环磺甲喹卡凯克夸拉来兰雷利林磷硫卢鲁路罗氯洛马吗麦美"
    "孟米莫姆那纳奈尼诺帕哌培喷匹泼普曲羟瑞噻塞赛沙舍舒司斯索他泰坦特替酮头孢托瓦维文乌西昔辛溴依伊异益吲右乙扎佐唑"
    "左"
)
STEMS = re.compile(rf"[a-z]{{3,}}(?:{_STEMS})s?")
"""An English word in small letters that is a medicine by its ending."""
STEMS_IN_CHINESE = re.compile(rf"[{_WRITES_SOUNDS}]{{1,4}}(?:{_STEMS_IN_CHINESE})")
"""The same in Chinese: before the ending only what stands for sounds in names of medicines (艾司西酞普兰, 洛索洛芬)."""
