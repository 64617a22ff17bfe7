"""Hours of a day, as people write them and as they are stored: [["11:20", "13:00"], …]."""

import re

SPAN = re.compile(r"(\d{1,2})\s*[:：.]\s*(\d{2})\s*[-–—－~～至到]\s*(\d{1,2})\s*[:：.]\s*(\d{2})")


def hours_from_text(text: str) -> list[list[str]]:
    """Lines like 11:20-13:00 as pairs of times; ValueError for anything else."""
    spans = []
    for part in re.split(r"[\n,，;；、]", text):
        if not part.strip():
            continue
        span = SPAN.fullmatch(part.strip())
        if span is None or int(span[1]) > 23 or int(span[3]) > 23 or max(int(span[2]), int(span[4])) > 59:
            raise ValueError(part.strip())
        spans.append([f"{int(span[n]):02d}:{int(span[n + 1]):02d}" for n in (1, 3)])
    return spans


def hours_to_text(hours: list[list[str]]) -> str:
    """Opening hours as lines."""
    return "\n".join("-".join(span) for span in hours)
