"""`/brand.css`: the vendor's accent color, and an ink that is readable on it."""

from __future__ import annotations

import re

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from goodterms.storage.models import Company

DEFAULT_ACCENT = "#0b5563"
DARK_INK, LIGHT_INK = "#081a1d", "#ffffff"
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
# Rows of (up to this channel value, linear light of that value, 0..10000), from the sRGB curve, every 15 steps.
_LINEAR = (0, 48, 130, 262, 452, 704, 1022, 1413, 1878, 2423, 3050, 3763, 4564, 5457, 6445, 7529, 8714, 10000)


def accent_color(text: str) -> str:
    """A color that is safe to print into a style sheet: `#rrggbb`, else the default."""
    return text.lower() if _HEX.fullmatch(text) else DEFAULT_ACCENT


def luminance(color: str) -> int:
    """Relative luminance of `#rrggbb` (WCAG), 0 for black to 10000 for white, in integers."""
    red, green, blue = (_linear(int(color[i : i + 2], 16)) for i in (1, 3, 5))
    return (2126 * red + 7152 * green + 722 * blue) // 10_000


def ink_on(color: str) -> str:
    """White or a near black, whichever contrasts more with the color."""
    light = luminance(color)
    # (10000 + 500) / (light + 500) against (light + 500) / (dark + 500), multiplied out.
    with_white = 10_500 * (luminance(DARK_INK) + 500)
    return LIGHT_INK if with_white >= (light + 500) ** 2 else DARK_INK


def _linear(channel: int) -> int:
    index, rest = divmod(channel, 15)
    if rest == 0:
        return _LINEAR[index]
    low, high = _LINEAR[index], _LINEAR[index + 1]
    return low + (high - low) * rest // 15


@login_not_required
@require_safe
@cache_control(public=True, max_age=300)
def brand_css(_request: HttpRequest) -> HttpResponse:
    """The two values of a vendor's brand; everything tinted derives from them."""
    row = Company.objects.first()
    color = accent_color(row.accent_color if row else DEFAULT_ACCENT)
    text = f":root {{\n  --brand: {color};\n  --brand-ink: {ink_on(color)};\n}}\n"
    return HttpResponse(text, content_type="text/css; charset=utf-8")
