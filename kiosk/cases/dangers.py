"""Words of danger to health, that every school has to begin with.

The words follow what must not be sold (Food Safety Law, art. 34: spoiled, mouldy, with insects, with
foreign bodies, past its date), what canteens of schools must not cook (rules on food safety in schools,
2019, art. 37: sprouted potatoes, string beans), and the signs of food poisoning that doctors report (work
rules for the monitoring of foodborne disease, 2019: vomiting, diarrhoea, stomach ache). How pupils and
customers say it was read in some 12,000 comments on meals.
"""

FOREIGN = (
    *("异物", "头发", "毛发", "发丝", "铁丝", "钢丝", "百洁丝", "铁屑", "铁钉", "钉子", "订书钉"),
    *("刀片", "碎玻璃", "玻璃渣", "玻璃碴", "玻璃片", "有玻璃", "石子", "石头", "沙子", "砂子"),
    *("塑料片", "碎塑料", "有塑料", "吃出塑料", "吃到塑料", "塑料碎片", "塑料线", "塑料条", "塑料纸"),
    *("指甲", "创可贴", "烟头", "牙签头", "虫", "蛆", "苍蝇", "蟑螂", "蚂蚁", "蜘蛛", "飞蛾", "老鼠"),
)
SPOILED = (
    *("变质", "发霉", "霉变", "霉点", "长毛的", "长了毛", "长白毛", "长绿毛", "馊", "腐烂", "腐臭"),
    *("腐败", "烂菜", "过期", "过保质期", "超保质期", "肉臭", "臭肉", "肉是臭的", "臭鸡蛋", "都臭了"),
    *("坏了的味", "坏掉", "肉坏了", "菜坏了", "饭坏了", "奶坏了", "肉是坏的", "土豆发芽", "发芽土豆"),
    *("发芽的土豆", "豆角没熟", "豆角没炒熟", "豆角是生的", "四季豆没熟", "四季豆没炒熟"),
    *("四季豆是生的", "扁豆没熟", "芸豆没熟"),
)
ILL = (
    *("拉肚子", "闹肚子", "坏肚子", "坏了肚子", "肚子疼", "肚子痛", "肚子不舒服", "肚子难受", "肚痛"),
    *("腹痛", "腹泻", "拉稀", "跑肚", "窜稀", "胃疼", "胃痛", "胃疼痛", "呕吐", "上吐下泻", "又吐又拉"),
    *("又拉又吐", "吃完就吐", "吃了就吐", "全吐了", "都吐了", "肠胃炎", "胃肠炎", "食物中毒"),
    *("吃完中毒", "过敏"),
)
ENGLISH = (
    *("foreign body", "foreign object", "insect", "bug", "worm", "maggot", "cockroach", "hair in"),
    *("glass in", "spoiled", "spoilt", "rotten", "mouldy", "moldy", "mold", "mould", "expired"),
    *("food poisoning", "vomit", "vomited", "vomiting", "threw up", "diarrhea", "diarrhoea"),
    *("stomach ache", "stomachache", "allergic"),
)
LISTED = (*FOREIGN, *SPOILED, *ILL, *ENGLISH)
