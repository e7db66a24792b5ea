# SPDX-License-Identifier: Apache-2.0
"""Draws compare.sh's ratios as SVG: a bar for each row, as many times as fast (or as small) as the peer, and its goal."""

from html import escape

LABELS, BARS, ROW, TOP = 470, 360, 26, 34
OURS, MISSED, TEXT, LINE = "#2f6fab", "#9db7d1", "#333333", "#999999"


def gain(row, ratio):
    """How much better than the peer, where a lower figure is better too."""
    return ratio if row["higher_is_better"] else 1 / ratio


def svg(rows):
    gains = [gain(row, row["ratio"]) for row in rows]
    goals = [gain(row, row["goal"]) for row in rows]
    scale = BARS / max(gains + goals + [2])
    height = TOP + ROW * len(rows) + 30
    one = LABELS + scale
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LABELS + BARS + 60}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="{TEXT}">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="8" y="18">This library beside the peer, in the same run: how many times better</text>',
        f'<line x1="{one:.0f}" y1="{TOP - 6}" x2="{one:.0f}" y2="{height - 24}" stroke="{LINE}"/>',
        f'<text x="{one:.0f}" y="{height - 8}" text-anchor="middle">peer = 1</text>',
        f'<text x="{LABELS + BARS:.0f}" y="{height - 8}" text-anchor="end">| goal</text>',
    ]
    for i, (row, value, goal) in enumerate(zip(rows, gains, goals)):
        y = TOP + ROW * i
        end = LABELS + goal * scale
        parts += [
            f'<text x="8" y="{y + 14}">{escape(row["title"])}</text>',
            f'<rect x="{LABELS}" y="{y + 3}" width="{value * scale:.1f}" height="15" '
            f'fill="{OURS if row["reached"] else MISSED}"/>',
            f'<line x1="{end:.1f}" y1="{y}" x2="{end:.1f}" y2="{y + 21}" stroke="{TEXT}" stroke-width="2"/>',
            f'<text x="{LABELS + max(value, goal) * scale + 6:.1f}" y="{y + 15}">{value:.2f}</text>',
        ]
    return "\n".join(parts + ["</svg>", ""])
