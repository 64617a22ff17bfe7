"""What stands in a sheet beside its lines: sums, notes, and the signs for the same again."""

import re

TOTAL = re.compile(
    r"^(合计|小计|总计|共计|累计|总合计|总金额|金额合计|总价)([^一-鿿].*|金额.*|大写.*|人民币.*|元.*)?$|"
    r"^(本页|本日|本月|本次|本周|本单|当日|当天|当月|今日|全天|全月)(止|计|累计)?$|^日计$|"
    r"^(人民币|大写|金额大写)([(（:：].*|大写.*)?$|^(承前页|过次页|转下页|接上页|上页|承上页|转次页).{0,6}$|"
    r"^(sub[- ]?total|total|grand[- ]?total|sum)\b|(合计|小计|总计|共计)([(:：].*)?$",
    re.IGNORECASE,
)
"""What stands on a line of sums, where an item's name would stand."""
SUM_OF = re.compile(r"^(本页|本日|本月|本次|本周|本单|当日|当天|当月|今日|全天|全月)")
"""How a sum may begin, and an item, too: 当日鲜牛奶. Such a line is an item if it is priced like one."""
WHOLE_TOTAL = re.compile(r"^(合计|总计|共计|总合计|总金额|金额合计|total|grandtotal|sum)([(:].*)?$")
NOTE = re.compile(r"^(注|说明|备注|填表说明|注意|附注|note)\s*[0-9]*\s*[:：.、]|^注意事项")
DITTO = {"同上", "〃", "″", "”", "''", '"', "″″"}
