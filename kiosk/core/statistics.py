"""What can honestly be said from few numbers: 95 % intervals of means and shares."""

import math

NORMAL = 1.959964
"""Two-sided 95 % of the normal distribution."""


def student(freedom: int) -> float:
    """The two-sided 95 % quantile of Student's t (Cornish-Fisher; within 1 % from 3 degrees on)."""
    exact = {1: 12.7062, 2: 4.3027}
    if freedom in exact:
        return exact[freedom]
    z = NORMAL
    return float(
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )


def wilson(successes: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a share: its lower and upper end, 0 to 1. ValueError for what is no share."""
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is no share")
    z, share = NORMAL, successes / n
    middle = share + z * z / (2 * n)
    margin = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - margin) / scale), min(1.0, (middle + margin) / scale)
