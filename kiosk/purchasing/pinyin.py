"""What is typed to find a Chinese name: the initials and the full spelling of every reading."""

from itertools import islice, product

MOST_READINGS = 24
LONGEST = 400


def readings(name: str) -> str:
    """Words to search by, separated by spaces: 长茄 gives `cj cq zj zq changjia changqie …`.

    Latin letters and digits stand for themselves; everything else that is no character is left out.
    """
    from pypinyin import Style, pinyin  # heavy: its tables are only needed when a name is new

    kept = "".join(c for c in name.lower() if c.isalnum())
    if not kept:
        return ""
    choices = [sorted(set(pinyin(c, style=Style.NORMAL, heteronym=True)[0])) for c in kept]
    spelled = list(islice(product(*choices), MOST_READINGS))
    initials = sorted({"".join(part[0] for part in parts) for parts in spelled})
    words = [*initials, *sorted({"".join(parts) for parts in spelled})]
    while len(" ".join(words)) > LONGEST:
        words.pop()
    return " ".join(words)
