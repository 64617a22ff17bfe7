"""The kind `suppliers` (供应商证照): who supplies what, with which licences, and until when these hold."""

from kiosk.core.field import Line, Paragraphs, Until
from kiosk.core.i18n import lazy
from kiosk.core.room import Asked, Switch
from kiosk.postings.kinds.bought import REMARK
from kiosk.postings.permissions import POST_SUPPLIERS
from kiosk.postings.queries import Kind, first_week_of_term

ENDS = ("有效期", "有效期至", "有效期限", "到期日", "到期时间", "截止日期", "有效日期", "到期日期")
SUPPLIERS = Kind(
    slug="suppliers",
    label=lazy("Suppliers and licences"),
    fields=(Paragraphs(name="note", label=lazy("What is to be said of it"), longest=1000),),
    columns=(
        Line(name="supplier", label=lazy("Supplier"), longest=60, missing=lazy("Which supplier is it?")),
        Line(name="supplies", label=lazy("Supplies"), longest=80),
        Line(name="business_licence", label=lazy("Business licence"), longest=40),
        Until(name="business_until", label=lazy("Business licence until")),
        Line(name="food_licence", label=lazy("Food licence"), longest=40),
        Until(name="food_until", label=lazy("Food licence until")),
        Line(name="other_licence", label=lazy("Further papers"), longest=80),
        Until(name="other_until", label=lazy("Further papers until")),
        REMARK,
    ),
    recurring=(
        "supplier",
        "supplies",
        "business_licence",
        "business_until",
        "food_licence",
        "food_until",
        "other_licence",
        "other_until",
    ),
    aliases={
        "supplier": (
            *("供应商", "供货商", "供应商名称", "供货商名称", "供货单位", "供应单位", "单位名称", "企业名称"),
            *("公司名称", "供货单位名称", "名称"),
        ),
        "supplies": (
            *("供应品种", "供货品种", "供应类别", "供货类别", "供应产品", "品种", "类别", "经营范围"),
            *("供货内容", "供应食材", "供货范围", "产品名称"),
        ),
        "business_licence": (
            *("营业执照", "营业执照号", "营业执照编号", "执照编号", "统一社会信用代码", "信用代码"),
            *("营业执照注册号", "营业执照号码"),
        ),
        "business_until": ("营业执照有效期", "营业执照有效期至", "营业执照到期日", *ENDS),
        "food_licence": (
            *("食品经营许可证", "食品经营许可证号", "食品经营许可证编号", "食品生产许可证", "许可证号"),
            *("许可证编号", "食品流通许可证", "生产许可证", "食品生产许可证编号", "许可证", "经营许可证"),
        ),
        "food_until": (
            *("食品经营许可证有效期", "食品经营许可证有效期至", "食品生产许可证有效期", "许可证有效期"),
            *("许可证有效期至", "许可证到期日", "经营许可证有效期", *ENDS),
        ),
        "other_licence": ("其他证照", "其他资质", "检验报告", "其他材料", "检疫证明", "其他"),
        "other_until": ("其他证照有效期", "检验报告有效期", *ENDS),
        "remark": ("备注", "说明"),
    },
    questions=True,
    drafts=POST_SUPPLIERS,
    days=31,
    rhythm=first_week_of_term(),
    switch=Switch(
        "suppliers",
        lazy("Suppliers and their licences"),
        (
            Asked(
                lazy("Whoever buys for the canteens"),
                lazy("Posts in the first week of each term who supplies what, with licences and their end."),
            ),
            Asked(
                lazy("The same person"),
                lazy("Is told 30 days before a licence ends, and enters the new one."),
            ),
        ),
    ),
)
