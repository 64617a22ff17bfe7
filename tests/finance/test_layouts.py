"""Tables as schools publish them, rebuilt from public pages with their facts and without people's names."""

from typing import Any

import pytest
from flask import Flask

from kiosk.core.db import transaction
from kiosk.finance.kinds.agency import AGENCY_FEES
from kiosk.finance.kinds.canteen import CANTEEN_ACCOUNT
from kiosk.finance.kinds.fees import FEES
from kiosk.postings import queries, services
from kiosk.postings.files.units import split
from kiosk.postings.queries import Kind
from tests.conftest import actor
from tests.finance.conftest import SPRING
from tests.postings.test_files import book

Rows = list[list[Any]]
CHANGZHOU: Rows = [
    ["某实验学校收费公示表"],
    ["收费性质", "收费 项目", "计费 单位", "收费 标准", "收费 依据", "收费 对象", "备注"],
    [
        "服 务 性 收 费",
        "伙食费",
        "每生 每天",
        "8元。",
        "经教育、价格部门备案同意后的标准执行",
        "在校就餐学生",
        "多退少补",
    ],
    [
        "代 办 费",
        "社会 实践 活动费",
        "每生 每学期",
        "小学生80元;\n初中生100元。",
        "常价费[2011]124号",
        "在校学生",
        "自愿",
    ],
    [None, "校服费", "每生", "按中标价", "常价费[2004]343", "新入学学生", ""],
    ["监督电话:区发改局8631 区财政局8985"],
]
SHANGHAI: Rows = [
    ["教育收费公示"],
    ["序号", "收费项目", "收费标准及单位", "收费\n对象", "项目批准文号", "批准依据", "备注"],
    [1, "中等职业学校学费", "2000元/学期", "学生", "沪价行[2002]34号", "教财(96)101号", ""],
    [2, "代办费", "400元/学期", "学生", "", "沪教委规定", "每学期结算,多退少不补"],
    [3, "居民医疗保险", "100元/学年", "学生", "", "沪教委体[2015]58号", "自愿原则"],
]
WUJIN: Rows = [
    ["收费公示表", None, None, None, None, None, None],
    ["收费性质", "收费项目", "计费单位", "收费标准（元）", "收费依据", "收费对象", "备注"],
    ["服务性收费", "住宿费", "每生每学期", "300元", "武价(2008)127号", "住宿学生", "学生自愿"],
    [None, "伙食费", "每生每天", "中餐8.3元", "经备案同意", "走读学生", "包餐制"],
    ["代收费", "校服费", "每生", 690, "常价费[2004]343号", "新入学学生", ""],
]
NANJING: Rows = [
    ["收支盈亏表"],
    ["编制单位:学校食堂", None, "单位:元"],
    ["项目", "本月数", "本学期数"],
    ["一、收入"],
    ["(一)伙食收入", 2408841.00, None],
    ["   1、学生伙食收入", 2087580.00, None],
    ["   2、教职工伙食收入", 321261.00, None],
    ["   3、其他伙食收入", None, None],
    ["(二)其他收入", 1157.97, None],
    ["   1、利息收入", 1157.97, None],
    ["   2、其他", None, None],
    ["收入合计", 2409998.97, None],
    ["二、支出"],
    ["(一)伙食支出", 2397371.21, None],
    ["   1、学生伙食支出", 2070052.33, None],
    ["   2、教职工伙食支出", 327318.88, None],
    ["(二)其他支出"],
    ["支出合计", 2397371.21, None],
    ["三、本期盈余", 12627.76, None],
    ["   1、学生伙食本期盈余", 17527.67, None],
    ["      学生伙食本期盈余率(%)", "0.84%", None],
]
TONGLING: Rows = [
    ["食堂经营情况公示表"],
    ["食堂性质:(承包) 2025年11月"],
    ["项目", "本月金额", "本年累计金额"],
    ["一、伙食费收入", 218259.58, 701081.27],
    ["二、伙食费支出", 162886.52, 482029.39],
    ["1.菜品支出", 122081.52, 343907.39],
    ["2.米/油支出", 21666, 63684],
    ["3.调味品支出", 4887, 16518],
    ["4.其他物料", 11240, 48246.5],
    ["5.燃气费", None, None],
    ["6.水电费", 3012, 9673.5],
    ["三、税金及附加", None, None],
    ["四、管理费用", 62179.5, 226016.11],
    ["1.办公费", 9630.5, 36363.67],
    ["2.工资", "52,119.00", 185211.44],
    ["4.维修费", 430, 430],
    ["6.其他(需备注清楚)", None, 4011],
    ["五、财务费用", 255.86, 491.16],
    ["1.利息收入", None, None],
    ["2.手续费", 255.86, 491.16],
    ["六、营业利润", -7062.3, -7455.39],
    ["九、营业利润率", "-3.24%", "-1.06%"],
    ["本表于每月15日前公示。"],
]
CHANGZHOU_KINDERGARTEN: Rows = [
    ["幼儿伙食收支明细表"],
    ["膳食收支情况", None, "膳食支出情况 单位:元"],
    [
        "儿童人日数",
        "用膳标准",
        "名称",
        "上 月 底 库 存 数",
        "本 月 帐 面 支 出",
        "本月实际支出",
        "本月底库存数",
    ],
    [8426, "7 元/天", "粮食", 38.4, 2448, 2479.2, 7.2],
    [None, None, "油", 28.9, 728, 751.4, 5.5],
    [None, None, "水果", 0, 1514.5, 1514.5, None],
    [None, None, "荤菜", 0, 14899, 14899, None],
    [None, None, "小计", 67.3, 19589.5, 19644.1, 12.7],
]
SETTLED: Rows = [
    ["2025-2026学年第二学期代办费收支公示"],
    ["单位：元"],
    ["序号", "年级", "代办费项目", "代办费情况", None, None, "结余", "备注"],
    [None, None, None, "收入", "支出", "退费", None, None],
    [1, "七年级", "作业本费", 1245000 / 100, 11874.6, 575.4, 0, ""],
    [2, "七年级", "校服费", "1.2万元", 11000, 0, 1000, "余款待退"],
    [3, "八年级", "体检费", 8400, 8568, None, -168, ""],
    [None, "合计", None, 32850, 31442.6, 575.4, 832, None],
]


def read_in(kind: Kind, rows: Rows, *merged: str, period: str = SPRING) -> dict[str, Any]:
    with transaction():
        waiting = services.keep_file(
            by=actor("wu"),
            kind=kind,
            place=queries.places(kind)[0],
            period=period,
            data=book(rows, *merged),
            file_name="公示.xlsx",
        )
        return dict(waiting.read)


def problems(found: dict[str, Any]) -> list[tuple[int, str]]:
    return [(one["row"], one["column"]) for one in found["remarks"] if one["problem"]]


def said(found: dict[str, Any]) -> str:
    return " ".join(one["text"] for one in found["remarks"])


def cells(found: dict[str, Any], *names: str) -> list[tuple[str, ...]]:
    return [tuple(row.get(name, "") for name in names) for row in found["texts"]]


def test_several_amounts_in_a_cell_are_said_and_words_become_the_unit(house: Flask) -> None:
    found = read_in(FEES, CHANGZHOU, "A4:A5")
    assert cells(found, "item", "amount", "unit") == [
        ("伙食费", "8.00", "每生 每天"),
        ("社会 实践 活动费", "小学生80元; 初中生100元。", "每生 每学期"),
        ("校服费", "", "按中标价（每生）"),
    ]
    assert problems(found) == [(4, "D")]
    assert cells(found, "sort")[2] == ("代 办 费",)
    assert "按中标价" in said(found)
    assert found["others"][-1][0] == 6, "the telephone numbers are no line"


def test_the_unit_behind_an_amount_is_not_lost(house: Flask) -> None:
    found = read_in(FEES, SHANGHAI)
    assert cells(found, "amount", "unit", "basis") == [
        ("2000.00", "学期", "沪价行[2002]34号"),
        ("400.00", "学期", ""),
        ("100.00", "学年", ""),
    ]
    assert {row for row, _column in problems(found)} == {4, 5}, "no basis in the column that was read"
    assert "批准依据" in said(found), "and the other column is named"


def test_an_amount_with_words_before_it_is_refused_by_row_and_column(house: Flask) -> None:
    found = read_in(FEES, WUJIN, "A3:A4")
    assert cells(found, "amount") == [("300.00",), ("中餐8.3元",), ("690.00",)]
    assert problems(found) == [(4, "D")]


def test_sections_and_numbered_headings_are_read_and_nothing_is_counted_twice(house: Flask) -> None:
    found = read_in(CANTEEN_ACCOUNT, NANJING, period="2026-01")
    assert cells(found, "item", "income", "cost") == [
        ("1、学生伙食收入", "2087580.00", ""),
        ("2、教职工伙食收入", "321261.00", ""),
        ("1、利息收入", "1157.97", ""),
        ("1、学生伙食支出", "", "2070052.33"),
        ("2、教职工伙食支出", "", "327318.88"),
    ]
    assert problems(found) == []
    assert "合计写的是" not in said(found)
    assert {row for row, _text in found["others"]} >= {5, 9, 12, 14, 18, 19, 20}, "nothing vanishes"


def test_a_contractors_table_with_result_rows(house: Flask) -> None:
    found = read_in(CANTEEN_ACCOUNT, TONGLING, period="2026-01")
    assert cells(found, "item", "income", "cost") == [
        ("一、伙食费收入", "218259.58", ""),
        ("1.菜品支出", "", "122081.52"),
        ("2.米/油支出", "", "21666.00"),
        ("3.调味品支出", "", "4887.00"),
        ("4.其他物料", "", "11240.00"),
        ("6.水电费", "", "3012.00"),
        ("1.办公费", "", "9630.50"),
        ("2.工资", "", "52119.00"),
        ("4.维修费", "", "430.00"),
        ("2.手续费", "", "255.86"),
    ]
    assert problems(found) == []
    assert "本年累计金额" in said(found)


def test_a_heading_whose_sum_is_another_is_said(house: Flask) -> None:
    rows = [[*row] for row in TONGLING]
    rows[4][1] = 162886.62
    found = read_in(CANTEEN_ACCOUNT, rows, period="2026-01")
    (remark,) = [one for one in found["remarks"] if one["row"] == 5]
    assert (remark["column"], remark["problem"]) == ("B", False)
    assert "162886.52" in remark["text"]


def test_a_table_beside_another_gives_its_costs_and_says_what_was_not_read(house: Flask) -> None:
    found = read_in(CANTEEN_ACCOUNT, CHANGZHOU_KINDERGARTEN, period="2026-01")
    assert cells(found, "item", "cost") == [
        ("粮食", "2479.20"),
        ("油", "751.40"),
        ("水果", "1514.50"),
        ("荤菜", "14899.00"),
    ]
    assert "用膳标准" in said(found)


@pytest.mark.parametrize(
    ("heads", "merged"),
    [
        (("项目", None), ("A2:B2", "A3:A4", "A5:B5", "A6:A7", "A8:B8")),
        (("类别", "项目"), ("A3:A4", "A5:B5", "A6:A7")),
        (("项目", None), ()),
    ],
)
def test_income_and_cost_stand_in_a_column_beside_their_items(
    house: Flask, heads: tuple[str | None, ...], merged: tuple[str, ...]
) -> None:
    rows = [
        ["食堂2026年1月收支公示表", None, None],
        [*heads, "金额（元）"],
        ["收入", "学生伙食费", 2000],
        [None if merged else "收入", "补助", 300],
        ["收入合计", None, 2300],
        ["支出", "粮油", 800],
        [None if merged else "支出", "人工", 1400],
        ["支出合计", None, 2200],
        ["本月结余", None, 100],
    ]
    found = read_in(CANTEEN_ACCOUNT, rows, *merged, period="2026-01")
    assert cells(found, "item", "income", "cost") == [
        ("学生伙食费", "2000.00", ""),
        ("补助", "300.00", ""),
        ("粮油", "", "800.00"),
        ("人工", "", "1400.00"),
    ]
    assert problems(found) == []
    assert "合计" not in said(found), "the sums add up"


def test_an_account_of_agency_fees_with_two_rows_of_heads(house: Flask) -> None:
    found = read_in(AGENCY_FEES, SETTLED, "D3:F3", "A3:A4", "B3:B4", "C3:C4", "G3:G4", "H3:H4")
    assert cells(found, "item", "whom", "received", "spent", "refunded") == [
        ("作业本费", "七年级", "12450.00", "11874.60", "575.40"),
        ("校服费", "七年级", "12000.00", "11000.00", "0.00"),
        ("体检费", "八年级", "8400.00", "8568.00", ""),
    ]
    assert problems(found) == []
    assert "合计" not in said(found), "the sums add up"
    wrong = [*SETTLED[:-1], [None, "合计", None, 32851, 31442.6, 575.4, 832, None]]
    assert "32851.00" in said(read_in(AGENCY_FEES, wrong, "D3:F3", "A3:A4", "B3:B4", "C3:C4"))


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("2000元/学期", "2000", "学期"),
        ("¥8.30", "¥8.30", ""),
        ("8元。", "8", ""),
        ("据实收取", "", "据实收取"),
        ("八百元", "八百元", ""),
        ("80元；100元", "80元；100元", ""),
        ("1-9年级8元", "1-9年级8元", ""),
        ("-5", "-5", ""),
    ],
)
def test_what_an_amount_with_words_is(text: str, amount: str, unit: str) -> None:
    assert split(text) == (amount, unit)


@pytest.mark.parametrize(
    ("above", "heads", "merged"),
    [
        (["收入", None, "支出", None], ["项目", "金额", "项目", "金额"], ("A3:B3", "C3:D3")),
        (["收入", None, "支出", None], ["项目", "金额", "项目", "金额"], ()),
        ([None] * 4, ["收入项目", "金额", "支出项目", "金额"], ()),
        ([None] * 4, ["收入项目", "收入金额", "支出项目", "支出金额"], ()),
    ],
)
def test_costs_drawn_at_the_right_of_the_income_are_not_the_incomes(
    house: Flask, above: list[str | None], heads: list[str], merged: tuple[str, ...]
) -> None:
    rows = [
        ["食堂2026年1月收支公示表"],
        ["单位：万元"],
        above,
        heads,
        ["学生伙食费", 20.5, "原材料", 15.2],
        ["教师伙食费", 1.2, "人工", 4.5],
        [None, None, "水电", "一千"],
        ["合计", 21.7, "合计", 19.7],
        ["本月结余", 2],
    ]
    found = read_in(CANTEEN_ACCOUNT, rows, *merged, period="2026-01")
    assert cells(found, "item", "income", "cost")[:-1] == [
        ("学生伙食费", "205000.00", ""),
        ("教师伙食费", "12000.00", ""),
        ("原材料", "", "152000.00"),
        ("人工", "", "45000.00"),
    ]
    assert found["rows"] == [5, 6, 5, 6, 7]
    assert problems(found) == [(7, "D")], "what is no number is named where it stands in the file"
    assert [row for row, _text in found["others"]] == [8, 9, 8]
