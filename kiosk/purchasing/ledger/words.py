"""The words of purchase ledgers: of header cells, titles, totals, signatures and units."""

import re
from functools import lru_cache
from typing import Any

from kiosk.core import cells
from kiosk.core.cells import UNITS, squeeze
from kiosk.core.i18n import Text, lazy
from kiosk.purchasing.ledger.limits import LENGTHS, MOST_LINES, NUMBERS


def _words(*lines: str) -> list[str]:
    return " ".join(lines).split()


HEADER_WORDS: dict[str, list[str]] = {
    "item": _words(
        "品名 食材名称 食品名称 物品名称 货物名称 商品名称 产品名称 原料名称 材料名称 原材料名称 物资名称",
        "菜品名称 品种名称 货品名称 食品原料名称 主要食材 名称 食材 品名及规格 品名规格 名称及规格",
        "名称规格 商品 物品 材料名 货品 菜名 菜品 品种 原料 采购品名 采购物品 采购品种 采购食材 食品 材料",
        "品目 项目 采购项目 商品名 产品名 食材品名 原辅料名称 item itemname name product productname",
        "description goods food ingredient material article commodity",
    ),
    "specification": _words(
        "规格 规格型号 型号规格 型号 规格等级 等级 包装规格 商品规格 产品规格 品牌规格 规格品牌",
        "规格及型号 spec specs specification size grade packing package model",
    ),
    "unit": _words("单位 计量单位 计价单位 采购单位计量 unit units uom measure unitofmeasure"),
    "quantity": _words(
        "数量 实收数量 实收 实际数量 验收数量 入库数量 采购数量 购买数量 进货数量 购进数量 实收数 实收量",
        "到货数量 收货数量 实际采购量 采购量 进货量 数量重量 重量 净重 斤数 公斤数 件数 实重 验收量",
        "实际验收数量 送货数量 订购数量 应收数量 应收 申购数量 计划数量 数量合计 quantity qty",
        "amountbought weight count quantityreceived received",
    ),
    "unit_price": _words(
        "单价 价格 含税单价 采购单价 进价 进货价 购进单价 采购价 采购价格 进货单价 实际单价 结算单价",
        "成交单价 中标单价 下浮后单价 折后单价 入库单价 单价价格 price unitprice priceperunit cost",
        "unitcost rate",
    ),
    "amount": _words(
        "金额 总金额 总价 合计金额 金额合计 采购金额 含税金额 价税合计 结算金额 实际金额 入库金额 货款",
        "总额 总计金额 小计金额 小计 合计 总计 金额小计 amount total totalprice sum subtotal totalamount",
        "linetotal totalcost value",
    ),
    "supplier": _words(
        "供货商 供应商 供货单位 供应单位 送货单位 商家 供货商名称 供应商名称 供货方 供方 供货者 供应者",
        "供货者名称 供货人 销售单位 销售商 供货商家 供货企业 配送单位 配送企业 配送商 配送公司 进货单位",
        "进货渠道 货源 来源 采购地点 购买地点 采购来源 经销商 商户 厂家供货商 supplier suppliers",
        "suppliername vendor seller source",
    ),
    "item_class": _words(
        "类别 类型 分类 大类 食材类别 食品类别 种类 品类 物品类别 材料类别 商品分类 食材分类 食材类型",
        "货物类别 class category type kind group itemclass",
    ),
    "day": _words(
        "日期 采购日期 进货日期 购买日期 购进日期 入库日期 验收日期 收货日期 送货日期 到货日期 采购时间",
        "进货时间 购买时间 入库时间 验收时间 时间 年月日 月日 登记日期 公示日期 date day purchasedate",
        "dateofpurchase deliverydate",
    ),
    "number": _words("单号 入库单号 单据编号 单据号 入库单编号 采购单号 凭证号 number sheetno docno"),
    "batch": _words(
        "生产日期 批号 生产批号 生产日期批号 批次 批次号 生产日期或批号 生产批次 出厂日期 batch batchno",
        "lot producedon productiondate batchnumber",
    ),
    "shelf_life": _words("保质期 保质期限 有效期 保存期 保质期天 保质日期 shelflife expiry bestbefore"),
    "remark": _words("备注 说明 附注 摘要备注 remark remarks note notes comment comments"),
    "purchaser": _words("采购人 采购员 采购人员 purchaser buyer 经办人"),
    "receiver": _words("验收人 验收员 验收人员 收货人 验收人签字 验收签字 receiver receivedby"),
    "custodian": _words("保管人 保管员 仓管员 库管员 仓管人 custodian storekeeper"),
    "canteen": _words("食堂 食堂名称 所属食堂 使用食堂 canteen"),
}
"""Field → the words that head its column, the better ones first; normalised as `header_key` does."""

OTHER_WORDS = set(
    _words(
        "序号 编号 编码 商品编码 货号 no id sn serial index 行号 产地 品牌 生产厂家 参考价 市场价",
        "市场参考价 上次单价 上期单价 指导价 限价 询价 对比 涨跌 下浮率 折扣 税率 税额 不含税单价",
        "不含税金额 结余 库存 剩余 实收差额 差额 感官 感官性状 外观 质量 质量情况 验收情况 验收结果",
        "是否合格 合格 索证 索证索票 票据号 发票号 检疫证 生产者 生产单位 联系方式 联系电话 电话 地址",
        "许可证号 摘要 月 日 年 用途 签字",
    )
)
"""Words of columns that are known and not read."""

PREFIXES = re.compile(
    "^(食材|食品|食物|物品|物资|商品|货物|货品|产品|原料|原材料|材料|菜品|采购|购买|购进|进货|验收|入库|收货|送货|配送|到货|"
    "实收|实际|实购|本次|当日|今日)"
)
"""What may stand before a header word without changing it: 食材单位 is 单位."""
FIELD_OF = {word: (field, rank) for field, words in HEADER_WORDS.items() for rank, word in enumerate(words)}
ENDINGS = (
    ("单价", "unit_price"),
    ("数量", "quantity"),
    ("金额", "amount"),
    ("供应商", "supplier"),
    ("供货商", "supplier"),
)
PLANNED = re.compile("应|计划|申|预|订")
RECEIVED = re.compile("实|验收|入库")
GROUPS = re.compile(
    r"^(入库|出库|库存|结存|账面|盘点|差额|盘盈|盘亏|期初|期末|领用|发出|消耗|收入|支出|本期|上期)"
)

KINDS: list[tuple[str, re.Pattern[str], Text]] = [
    (
        "issue",
        re.compile("(?<!未)出库(?!入)|领料|领用|发料|领取|消耗|耗用|出仓|(?i:issue)"),
        lazy("a stock issue"),
    ),
    ("stocktaking", re.compile("盘存|盘点|清点|结存|(?<!入)库存"), lazy("a stocktaking")),
    ("register", re.compile("出入库|入库、?出库|入出库|进销存|收发存"), lazy("a stock register")),
    ("return", re.compile("退货|退库"), lazy("a return of goods")),
    ("menu", re.compile("食谱|菜谱|菜单|带量"), lazy("a menu")),
    ("prices", re.compile("报价|询价|价格表|价目|行情|比价|中标价"), lazy("a price list")),
    (
        "plan",
        re.compile(
            "(采购|进货|购买|购货|用料|用餐|供应|需求|申购|要货|订货|[年月周日]|星期|学期)计划|"
            "计划[(（]?([书表单]|明细|清单|汇总|安排|申报)|计划$|计划采购|申购|预算|申请|请购|需求"
        ),
        lazy("a plan"),
    ),
    ("payment", re.compile("报销|付款|收支|工资|缴费|收费|伙食费"), lazy("an account")),
    ("summary", re.compile("汇总|统计|总表|总封面|月报|年报"), lazy("a summary")),
]
"""What a titled form is when it is no purchase; the first that matches counts."""

PURCHASE = re.compile(
    "入库|采购|购买|购进|进货|进菜|验收|送货|收货|配送|食材公示|purchase|receipt|delivery", re.IGNORECASE
)
PROGRAMMES = re.compile(
    "(农村义务教育)?学生?营养(改善|午餐|餐)?(计划|工程|项目)|(免费|爱心)午餐(计划|工程)?|"
    "(学生饮用奶|蛋奶)(计划|工程)"
)
"""Names of programmes that pay for school meals: they say nothing about what a form is."""
ACCOUNT_BOOK = re.compile("台账|台帐|登记")
SIGNATURES: dict[str, list[str]] = {
    "purchaser": _words("采购人员 采购人 采购员 经办人 经手人 采购"),
    "custodian": _words("仓管人员 仓管人 仓管员 保管人员 保管人 保管员 库管员 库管 保管"),
    "receiver": _words("验收人员 验收人 验收员 收货人 过称人 过秤人 验收"),
    "supplier": _words("供货商名称 供货商 供应商名称 供应商 供货单位 送货单位 供货方"),
    "canteen": _words("食堂名称 食堂 所属食堂"),
    "number": _words("入库单号 单据编号 单据号 单号 编号 凭证号 采购单号 No NO №"),
    "other": _words(
        "审核人 审核 审批人 审批 负责人 学校负责人 制单人 制单 制表人 制表 填表人 填报人 送货人 送货员",
        "记账 会计 出纳 校长 园长 领导 监督人 陪餐人 学校名称 学校 编制单位 单位 日期 采购日期 时间",
        "填报日期 公示日期 电话 联系电话 金额 人民币 家长代表 地址 入库日期 验收日期 进货日期 第 页 班级",
        "班次 餐次 用餐人数 人数 备注 附件 签字",
    ),
}
"""Labels that stand before a colon in titles and signature lines."""

GIFT = re.compile(
    "(?<![非不无未没])(赠送|捐赠|赠品|搭赠|捐助|捐献|无偿|爱心捐|买.赠|免费赠)|gift|donat", re.IGNORECASE
)
"""What says that something cost nothing because it was given."""
SUPPLIER = re.compile(
    "公司|商店|超市|商行|粮油店|经营部|批发部|配送|合作社|农场|菜场|市场|门市|供销社|食品厂|粮店|肉铺|菜行|商贸"
)
"""What a supplier's name has that nobody has heard of yet."""
CLASS_NAMES = re.compile(
    r"^([一二三四五六七八九十\d]+[、.])?(\S{1,8}类|蔬菜|肉类|水果|粮油|调料|干货|冻品|豆制品|水产|蛋奶|米面)$"
)
SERIAL = re.compile(r"^[一二三四五六七八九十\d]+[、.]")

MESSAGES: dict[str, Text] = {
    **cells.MESSAGES,
    "no-item": lazy("The item's name is missing."),
    "no-quantity": lazy("The quantity is missing."),
    "no-price": lazy("The unit price is missing."),
    "missing-number": lazy("A number is missing."),
    "negative": lazy(
        "%(text)s is less than 0; this must be more than 0. A return of goods is not a "
        "purchase: please enter it as a correction."
    ),
    "zero-quantity": lazy("The quantity must be more than 0."),
    "price-zero": lazy(
        "The unit price would be 0 when rounded to four decimals. Please use a larger unit "
        "(1000 g as 1 kg) or type the price."
    ),
    "no-day": lazy("No date was found. Please say the day."),
    "too-long": lazy("This text is longer than %(most)s characters."),
    "no-unit": lazy("The unit is missing."),
    "unit-number": lazy("“%(text)s” is a number; a unit is a word, such as 斤 or 袋."),
    "unit-differs": lazy("This cell says %(here)s, but the unit is %(unit)s."),
    "gift": lazy("This is a gift: it is entered with the price 0."),
    "day-assumed": lazy("No date was found; %(day)s was assumed."),
    "amount-differs": lazy("Typed %(typed)s, computed %(computed)s."),
    "price-computed": lazy("The unit price is missing; %(computed)s was computed from the amount."),
    "larger-unit": lazy(
        "%(quantity)s %(unit)s was converted to %(larger)s, so that the amount %(amount)s stays as written."
    ),
    "rounded": lazy("%(text)s was rounded to %(value)s."),
    "total-differs": lazy("The form's total says %(typed)s, its lines make %(computed)s."),
    "year-assumed": lazy("The year is not written; %(year)s was assumed."),
    "not-purchases": lazy("“%(table)s” looks like %(kind)s, not like purchases; nothing was read from it."),
    "no-header": lazy(
        "It is not clear what “%(table)s” is: no row has an item together with a quantity, price or amount."
    ),
    "missing-columns": lazy("“%(table)s” looks like a list of items; missing: %(columns)s."),
    "no-lines": lazy("“%(table)s” is a purchase form, but no line in it is filled in."),
    "no-sheet": lazy("There is no sheet “%(table)s” in this file. It has: %(tables)s."),
    "truncated": lazy("The sheet is longer or wider than can be read; the rest was left out."),
    "not-bought": lazy("“%(item)s” has neither quantity nor amount here; the row was left out."),
    "not-bought-rows": lazy("Rows with an item but without quantity and amount were left out: %(rows)s."),
    "columns-unread": lazy("Columns that were not read: %(columns)s."),
    "hidden-rows": lazy("%(count)s rows that are hidden in the file are included: %(rows)s."),
    "hidden-columns": lazy("Hidden columns were read: %(columns)s."),
    "hidden-table": lazy("Hidden sheets were not read: %(tables)s."),
    "form-skipped": lazy("“%(title)s” looks like %(kind)s; its rows were not read."),
    "split": lazy(
        "There are %(count)s lines for one day; a sheet holds %(most)s at most, so "
        "they become %(sheets)s sheets."
    ),
    "columns-guessed": lazy(
        "No row says what the columns are; this was guessed from their content: %(columns)s. Please check."
    ),
    "columns-unsure": lazy(
        "No row says what the columns are, and their content does not tell for "
        "certain: %(columns)s. Please say what each column is."
    ),
    "all-first-time": lazy(
        "None of these items was ever bought here before. Is “%(column)s” really the item column?"
    ),
    "columns-missing": lazy("Required columns are missing: %(columns)s."),
    "no-columns": lazy("These column names are not known: %(columns)s. Possible names: %(possible)s."),
}
"""What a problem says, by its code; the placeholders are the problem's params."""

QUESTIONS = ("columns-guessed", "columns-unsure", "all-first-time")
"""The problems that a person answers before anything is brought in."""

FIELD_NAMES: dict[str, Text] = {
    "day": lazy("date"),
    "canteen": lazy("canteen"),
    "number": lazy("sheet number"),
    "item_class": lazy("class"),
    "item": lazy("item"),
    "specification": lazy("specification"),
    "unit": lazy("unit"),
    "quantity": lazy("quantity"),
    "unit_price": lazy("unit price"),
    "amount": lazy("amount"),
    "supplier": lazy("supplier"),
    "batch": lazy("batch"),
    "shelf_life": lazy("shelf life"),
    "remark": lazy("remark"),
    "purchaser": lazy("purchaser"),
    "custodian": lazy("custodian"),
    "receiver": lazy("receiver"),
}
"""What the columns of a ledger are called within a sentence."""


def header_key(value: object) -> tuple[str, str]:
    """A header's word and what it says in brackets or after a stroke: 单价（元/斤） is (单价, 元/斤)."""
    text = squeeze(value).rstrip(":").lower()
    match = re.match(r"^([^(\[【]+)[(\[【]([^)\]】]*)[)\]】]?(.*)$", text)
    if match:
        return match[1] + match[3], match[2]
    word, _stroke, rest = text.partition("/")
    if rest and (word in FIELD_OF) and rest not in FIELD_OF:
        return word, rest
    word, _comma, rest = text.partition(":")
    return (word, rest) if rest else (text.replace("/", "").replace(".", "").replace("-", ""), "")


@lru_cache(maxsize=4096)
def field_of(value: object) -> tuple[str, int] | None:
    """The field that a header cell names, with its rank among that field's words; None when it names none.

    Two fields in one header are named together: 规格（单位） and 规格/单位 give "specification+unit".
    """
    text = squeeze(value).lower()
    if not text or len(text) > 24:
        return None
    if re.fullmatch(r"(规格(型号)?[(/、]?(计量)?单位\)?|(计量)?单位[(/、]?规格(型号)?\)?)", text):
        return "specification+unit", 0
    word, hint = header_key(value)
    for key in (re.sub(r"\W", "", text), word):
        if key in FIELD_OF:
            field, rank = FIELD_OF[key]
            return field, rank + (40 if PLANNED.search(hint) else 0) - (40 if RECEIVED.search(hint) else 0)
        if key in OTHER_WORDS:
            return "", 0
    if any(
        other in word
        for other in ("参考", "市场", "上次", "上期", "不含税", "结余", "库存", "剩余", "出库", "领用")
    ):
        return "", 0
    shorter = PREFIXES.sub("", word)
    if shorter != word and shorter in FIELD_OF:
        return FIELD_OF[shorter][0], FIELD_OF[shorter][1] + 30
    for ending, field in ENDINGS:
        if word.endswith(ending):
            return field, 50
    return None


def unit_hint(value: object) -> str:
    """The unit that a header fixes for its column: 数量（斤） and 单价（元/斤） give 斤."""
    hint = header_key(value)[1].removeprefix("单位:").removeprefix("元/").removeprefix("¥/")
    return hint if hint in UNITS else ""


def kind_of(title: str, *, has_days: bool = False) -> str:
    """What a title announces: "purchase", one of KINDS, or "" when it says nothing.

    A register (台账) counts as purchases only when its title speaks of buying; a summary only with days.
    """
    text = PROGRAMMES.sub("", squeeze(title))
    for kind, pattern, _name in KINDS:
        if pattern.search(text):
            if kind == "summary" and has_days and PURCHASE.search(text):
                continue
            if kind in ("prices", "payment") and PURCHASE.search(text):
                continue
            if kind == "plan" and re.search("验收|入库|公示", text):
                continue
            return kind
    if PURCHASE.search(text):
        return "purchase"
    return "register" if ACCOUNT_BOOK.search(text) else ""


def is_only_a_book(title: str) -> bool:
    """Whether a title says register (台账) and nothing else: of what, another line may say."""
    text = PROGRAMMES.sub("", squeeze(title))
    others = any(pattern.search(text) for _kind, pattern, _name in KINDS)
    return bool(ACCOUNT_BOOK.search(text)) and not others and not PURCHASE.search(text)


def kind_name(kind: str) -> Text:
    """What a kind is called in a message."""
    return next((name for key, _pattern, name in KINDS if key == kind), lazy("an unknown table"))


def for_browser() -> dict[str, Any]:
    """What the grid's script needs to judge a cell as the server does: no list stands in a script."""
    return {
        "units": UNITS,
        "headers": HEADER_WORDS,
        "lengths": LENGTHS,
        "most_lines": MOST_LINES,
        "numbers": {name: {"places": places, "most": int(most)} for name, (places, most) in NUMBERS.items()},
        "strip": cells.FORMAT.pattern,
        "gift": GIFT.pattern,
    }
