"""What the sample school says and buys: short sentences of our own, ordinary foods at ordinary prices."""

from typing import NamedTuple


class Food(NamedTuple):
    """Something bought often: `price` in 0.01 yuan a unit, `least` to `most` units, `every` so many days."""

    name: str
    item_class: str
    specification: str
    unit: str
    price: int
    least: int
    most: int
    every: int
    supplier: str


GREENS, MEATS, GRAINS = "示例蔬菜配送部", "示例鲜肉配送部", "示例粮油批发部"

FOODS = (
    Food("大西红柿", "蔬菜类", "", "市斤", 360, 30, 60, 1, GREENS),
    Food("土豆", "蔬菜类", "", "市斤", 180, 40, 90, 1, GREENS),
    Food("大白菜", "蔬菜类", "", "市斤", 95, 50, 100, 1, GREENS),
    Food("小葱花", "蔬菜类", "", "市斤", 550, 3, 6, 1, GREENS),
    Food("老姜", "蔬菜类", "", "市斤", 780, 2, 5, 2, GREENS),
    Food("老蒜头", "蔬菜类", "", "市斤", 650, 3, 6, 2, GREENS),
    Food("青椒", "蔬菜类", "", "市斤", 420, 15, 30, 1, GREENS),
    Food("胡萝卜", "蔬菜类", "", "市斤", 210, 15, 35, 2, GREENS),
    Food("长茄", "蔬菜类", "", "市斤", 380, 20, 40, 2, GREENS),
    Food("黄瓜", "蔬菜类", "", "市斤", 320, 20, 40, 2, GREENS),
    Food("莲花白", "蔬菜类", "", "市斤", 130, 40, 80, 2, GREENS),
    Food("豆芽", "蔬菜类", "", "市斤", 160, 20, 40, 2, GREENS),
    Food("香菜", "蔬菜类", "", "市斤", 750, 2, 4, 3, GREENS),
    Food("冬瓜", "蔬菜类", "", "市斤", 140, 40, 80, 3, GREENS),
    Food("豆腐", "蔬菜类", "", "市斤", 280, 30, 50, 1, GREENS),
    Food("猪后腿肉", "肉食类", "鲜", "市斤", 1350, 40, 80, 1, MEATS),
    Food("五花肉", "肉食类", "鲜", "市斤", 1480, 20, 40, 2, MEATS),
    Food("鸡腿", "肉食类", "冷冻", "市斤", 820, 30, 60, 2, MEATS),
    Food("牛腩", "肉食类", "冷冻", "市斤", 3400, 10, 25, 3, MEATS),
    Food("草鱼", "肉食类", "鲜活", "市斤", 950, 20, 40, 4, MEATS),
    Food("鸡蛋", "蛋奶及糕点类", "", "市斤", 520, 30, 60, 1, GRAINS),
    Food("纯牛奶", "蛋奶及糕点类", "250毫升×24", "箱", 5200, 8, 20, 2, GRAINS),
    Food("馒头坯", "蛋奶及糕点类", "", "个", 50, 200, 400, 2, GRAINS),
    Food("大米", "粮食类", "25公斤", "袋", 13500, 4, 10, 2, GRAINS),
    Food("面粉", "粮食类", "25公斤", "袋", 11200, 2, 6, 3, GRAINS),
    Food("鲜面条", "粮食类", "", "市斤", 320, 40, 80, 1, GRAINS),
    Food("菜籽油", "油类", "20升", "桶", 26800, 1, 3, 3, GRAINS),
    Food("酱油", "调味类", "1.9升", "瓶", 1280, 2, 6, 4, GRAINS),
    Food("食盐", "调味类", "400克", "包", 200, 10, 20, 4, GRAINS),
    Food("郫县豆瓣", "调味类", "1公斤", "袋", 1450, 3, 8, 4, GRAINS),
    Food("苹果", "水果类", "", "市斤", 480, 30, 60, 3, GREENS),
    Food("橘子", "水果类", "", "市斤", 350, 30, 60, 3, GREENS),
)

JUMPED, BEFORE, AFTER = "大西红柿", 360, 500
"""The item whose price jumped on the last day, from and to (0.01 yuan)."""

CANTEEN_GOOD = (
    "饭菜很香，吃完还想再来。",
    "今天的青菜很新鲜。",
    "阿姨打菜很快，一点不抖勺。",
    "份量足，吃得饱。",
    "汤很热，喝着舒服。",
    "味道比上个月好多了。",
    "番茄炒蛋好吃，希望常有。",
    "米饭软硬正好。",
    "窗口擦得很干净。",
    "排队有人引导，没人插队。",
    "牛腩炖得很烂，好吃。",
    "价格公道，素菜也不错。",
    "师傅很和气，问一句答一句。",
    "今天的鱼没有腥味。",
    "早上的粥很暖胃。",
    "新出的豆腐菜很下饭。",
    "饭卡刷不上，阿姨让我先吃，谢谢。",
    "Lunch was really good today.",
    "Friendly staff, short queue.",
    "The soup was nice and hot.",
)
CANTEEN_BAD = (
    "菜有点咸。",
    "排队太久，到我只剩两个菜。",
    "肉太少，都是配菜。",
    "饭有点凉了。",
    "今天的菜偏油。",
    "打菜手抖，份量比别人少。",
    "茄子没炒熟。",
    "餐盘没擦干，还有水。",
    "连着三天一样的菜，换一换吧。",
    "价格涨了，份量没涨。",
    "口味太淡，没有味道。",
    "队伍有人插队，没人管。",
    "汤里几乎没有料。",
    "米饭太硬。",
    "希望多一个素菜。",
    "Too salty for me.",
    "The queue was very long.",
)
NOODLES_BAD = (
    "面坨了，结成一团。",
    "面汤没有味道。",
    "等了十几分钟才拿到面。",
    "今天的面夹生。",
    "浇头越来越少了。",
    "面条有点酸，是不是放久了？",
    "上周还好，这周面一直很软。",
    "The noodles were overcooked.",
)
WATER_GOOD = ("水很烫，泡面正好。", "开门准时。", "地面拖得很干净，不滑。", "两个龙头都修好了，快多了。")
WATER_BAD = (
    "水温不够，泡不开茶。",
    "晚自习后就关门了，太早。",
    "地上都是水，容易滑倒。",
    "只有一个龙头能用，要等很久。",
)
SHOP_GOOD = ("文具种类多了。", "找零很快。", "牛奶日期很新。", "老板记得我要什么，很亲切。")
SHOP_BAD = ("面包快到期了还在卖。", "比校外贵一点。", "中午人太多，挤不进去。")
REPAIR_GOOD = (
    "报修当天就来了，很快。",
    "灯修好了，还擦了灯罩。",
    "走之前把地扫干净了。",
    "师傅讲清楚了是哪里坏的。",
)
REPAIR_BAD = ("报了三天才来人。", "水龙头修了还是滴水。")

SAID = {
    "canteen": (CANTEEN_GOOD, CANTEEN_BAD),
    "hot_water": (WATER_GOOD, WATER_BAD),
    "shop": (SHOP_GOOD, SHOP_BAD),
    "repair": (REPAIR_GOOD, REPAIR_BAD),
}
