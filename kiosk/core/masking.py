"""What people write: cleaned before it is stored, and masked before anybody in the office reads it."""

import re
import unicodedata

MASK = "＊＊＊"

_ALLOWED_CONTROLS = "\n"
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MANY_BREAKS = re.compile(r"\n{3,}")

_MAIL = re.compile(r"[\w.+\-]+\s?[@＠]\s?[\w\-]+(?:\s?[.．。]\s?[a-zA-Z]{2,})+", re.ASCII)

_FIGURE = "0-9０-９"
_SPELT = "零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
_D = rf"[{_FIGURE}{_SPELT}]"
_S = r"[ \t　.．·_/*~\-–—\ufe0f\u20e3]"
"""What people put between the digits of a number that is not to be found."""
_END = rf"(?![{_FIGURE}])"
_BEGIN = rf"(?<![{_FIGURE}])"

_UNIT = (
    r"\s?(?:元|块钱?|万|亿|公斤|千克|毫克|市斤|斤|克(?!拉)|吨|毫升|升|人次|份|个(?!人)|度电?"
    r"|(?:kg|g|ml|l)(?![a-z]))"
)
_DAY = (
    rf"(?:19|20)[{_FIGURE}]{{2}}\s?[-./年]\s?[{_FIGURE}]{{1,2}}"
    rf"\s?[-./月]\s?[{_FIGURE}]{{1,2}}{_END}(?:日|号)?"
)
_PLAIN = "|".join(
    [
        _DAY,
        r"(?:批号|批次|生产日期|日期|到期日?|保质期至?)\s?(?:是|为|[:：])?\s?20\d{6}(?:\d{0,4})(?!\d)",
        rf"(?:[¥￥$]|RMB|人民币)\s?\d{{1,10}}(?:\.\d{{1,2}})?{_END}",
        rf"{_BEGIN}\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,4}})?{_END}",
        rf"{_BEGIN}\d{{1,8}}\.\d{{1,4}}(?!\.?\d)",
        rf"{_BEGIN}\d{{1,10}}{_UNIT}",
        rf"{_BEGIN}\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?{_END}",
        rf"{_BEGIN}(?:19|20)\d\d{_END}",
        rf"{_BEGIN}123\d\d{_END}",
    ]
)
"""Days, times, prices, quantities, batches of goods, and public service lines (12345): they stay."""
_MOBILE = rf"{_BEGIN}1{_S}{{0,3}}[3-9３-９三四五六七八九叁肆伍陆柒捌玖](?:{_S}{{0,3}}{_D}){{9}}{_END}"
_SPELT_MOBILE = rf"(?:[一幺壹]){_S}{{0,3}}[3-9３-９三四五六七八九叁肆伍陆柒捌玖](?:{_S}{{0,3}}{_D}){{9}}"
_NUMBER = re.compile(
    rf"(?P<phone>(?:(?:\+|00)?86{_S}?)?(?:{_MOBILE}|{_SPELT_MOBILE})(?:\ufe0f?\u20e3)?"
    rf"|{_BEGIN}1[3-9]\d[,，]\s?\d{{4}}[,，]\s?\d{{4}}{_END}"
    rf"|[（(]0\d{{2,3}}[）)]\s?\d{{3,4}}[ \-]?\d{{4}}{_END})"
    rf"|(?P<plain>{_PLAIN})"
    rf"|\+?{_D}(?:[ \-–—]?{_D}){{8,}}[xX]?"
    rf"|\+?[{_FIGURE}]{{6,}}[xX]?"
    rf"|{_D}{{7,}}",
    re.IGNORECASE,
)

_ACCOUNT = (
    r"微\s?信|威信|薇信|微心|[vV]\s?信|wei\s?信|加我?[vVqQ]|扣扣|企鹅号?|抖音|快手|小红书|钉钉"
    r"|(?<![a-z])(?:wei ?xin|we ?chat|wx|vx|qq)(?![a-z])|(?<![a-z0-9])[vq](?=\s?[:：])"
)
_IS = r"(?:号码|同号|号|群号?|id|帐号|账号)?\s*"
_DIGITS = rf"{_D}(?:{_S}{{0,2}}{_D}){{4,}}"
_NAMED = re.compile(
    rf"((?:{_ACCOUNT}){_IS}(?:是|为|叫|[:：=])\s*)([a-z][a-z0-9_\-]+(?:\.[a-z0-9_\-]+)*|[a-z0-9０-９_\-]{{3,}}|{_DIGITS})(?!{_UNIT})"
    rf"|((?:{_ACCOUNT}){_IS})([a-z0-9０-９_\-]{{5,}}(?![a-z0-9])|{_DIGITS})(?!{_UNIT})"
    rf"|((?:电话|手机|座机){_IS}(?:是|为|[:：=])?\s*)(?!1(?:10|19|20){_END}|123\d\d{_END})"
    rf"([0-9０-９\-]{{5,}}(?![0-9])|{_DIGITS})(?!{_UNIT})",
    re.IGNORECASE,
)

_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范石廖贾夏韦付傅邹熊孟秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
_NO_WORD = (
    r"(?!何时|何必|何况|何以|许多|马上|马铃|任何|任课|任意|万一|万分|余下|余额|余款|汤圆|汤面|汤里|汤都|汤是|石榴|石头"
    r"|严重|严格|严禁|段时|顾客|毛病|毛豆|毛巾|钱包|钱款|钱都|夏天|夏季|江米|龙虾|龙头|黄瓜|黄豆|黄焖|胡萝|胡椒"
    r"|金额|周[一二三四五六日末围]|田径|田字|程度|唐诗|孔子|武术|陆续|曾经|范围|高温)"
)
_TITLES = r"(?!老师|师傅|主任|校长|阿姨|叔叔|大叔|经理|医生|同学|家长|妈妈|爸爸|某)"
_NO_NAME = (
    "说的在等同老今昨吃被把和与到是也都从没有去向对给就又还因反觉认想要发提太很不好真更最得了着过这那"
    "妈爸爷奶他她们来打买排插"
)
_LETTER = rf"(?![{_NO_NAME}])[\u4e00-\u9fff]"
_NICK = (
    r"小(?![卖组吃时学朋孩票份菜炒米麦队心声半食店班伙老])[\u4e00-\u9fff]"
    r"(?=[，,。！!；;（(【\s说吃的]|同学|$)"
)
_NAME = (
    rf"(?:{_NICK}|(?:欧阳|司马|上官|诸葛|{_NO_WORD}[{_SURNAMES}]{_TITLES})"
    rf"(?:[某xX*＊]{{1,2}}|{_LETTER}(?:{_LETTER})?))"
)
_YEAR = r"(?:(?:小学|初中|高中)?[初高][一二三123１２３]|[一二三四五六七八九1-9]年级|(?:20)?\d\d级)?"
_CLASS = rf"{_YEAR}\s?[（(]?\s?[0-9０-９一二三四五六七八九十]{{1,4}}\s?[）)]?\s?班"
_PUPIL = r"(?:学生|同学|孩子|班长|课代表|学习委员)?"
_CLASS_AND_NAME = re.compile(
    rf"([0-9０-９一二三四五六七八九十]{{1,4}}\s?[）)]?\s?班的?[\s:：,，、（(\-—]?\s?{_PUPIL}[\s:：]?)({_NAME})"
)
_NAME_AND_CLASS = re.compile(
    rf"((?:^|[\s，。,、；;：:！!？?（(“\"]|我是|我叫|是|叫|学生|同学|孩子|家长|儿子|女儿))({_NAME})"
    rf"(?=(?:同学)?\s?(?:[（(【\[]\s?{_CLASS}|[，,、\s]?\s?(?:来自|是|在)?{_CLASS}))",
    re.MULTILINE,
)


def clean(text: str) -> str:
    """The text as it is stored: plain line breaks, no control or direction characters, no lone surrogates."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = _DIRECTION.sub("", text)
    text = "".join(
        letter for letter in text if letter in _ALLOWED_CONTROLS or unicodedata.category(letter) != "Cc"
    )
    return _MANY_BREAKS.sub("\n\n", text).strip()


def mask(text: str) -> str:
    """The text without phone, identity, QQ and WeChat numbers, e-mail addresses and other long numbers.

    The name behind or before a class (高一3班张伟, 张伟（高一3班）) goes, too; the class stays.

    A mobile number is found whatever stands between its digits, spelt in Chinese, too. Else six digits in a
    row (full-width ones too), nine with single spaces or dashes between, or seven spelt in Chinese are taken
    for a number that could lead to a person; days, times, prices and quantities stay.
    """
    text = _MAIL.sub(MASK, text)
    text = _NAMED.sub(_behind, text)
    text = _CLASS_AND_NAME.sub(lambda match: match[1] + MASK, text)
    text = _NAME_AND_CLASS.sub(lambda match: match[1] + MASK, text)
    return _NUMBER.sub(lambda match: match[0] if match["plain"] else MASK, text)


def veiled(text: str, words: str) -> str | None:
    """`text`, if it is these words with parts masked and nothing else; None if anything else stands in it.

    A mask may be written as stars or blocks of any number; each hides one character at least.
    """
    sign = "[＊▇█■]+" if "*" in words else "[＊*▇█■]+"
    first, *pieces = re.split(sign, text)
    if not pieces or text == words:
        return text if text == words else None
    if not words.startswith(first):
        return None
    at = len(first)
    for piece in pieces[:-1]:
        at = words.find(piece, at + 1) + len(piece)
        if at < len(piece):
            return None
    is_whole = words.endswith(pieces[-1]) and len(words) - len(pieces[-1]) > at
    return MASK.join([first, *pieces]) if is_whole else None


def _behind(match: re.Match[str]) -> str:
    """What says what sort of number it is stays."""
    return (match[1] or match[3] or match[5]) + MASK
