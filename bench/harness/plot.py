"""Plots as SVG, without any library: horizontal bars of a table, and lines over a logarithmic axis."""

import math
from xml.sax.saxutils import escape

COLORS = ["#0b6e4f", "#6c757d", "#bc6c25", "#3a5a98", "#8e44ad", "#c0392b"]
FONT = 'font-family="sans-serif" font-size="13"'


def document(width, height, parts):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">\n<rect width="{width}" height="{height}" fill="white"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def text(x, y, words, anchor="start", weight="normal"):
    return f'<text x="{x:.1f}" y="{y:.1f}" {FONT} font-weight="{weight}" text-anchor="{anchor}">{escape(words)}</text>'


def bars(title, unit, groups):
    """`groups`: (name, [(series, value)]); one bar for each value, longest to the right edge."""
    series = list(dict.fromkeys(name for _, values in groups for name, _ in values))
    largest = max([value for _, values in groups for _, value in values] + [1e-12])
    parts, y, left, width = [text(10, 22, title, weight="bold")], 40, 250, 760
    for group, values in groups:
        parts.append(text(10, y + 14, group))
        for name, value in values:
            length = max(1.0, value / largest * (width - left - 190))
            color = COLORS[series.index(name) % len(COLORS)]
            parts.append(f'<rect x="{left}" y="{y}" width="{length:.1f}" height="16" fill="{color}"/>')
            parts.append(text(left + length + 6, y + 13, f"{value:.3g} {unit}  {name}"))
            y += 20
        y += 10
    return document(width, y + 6, parts)


def lines(title, x_name, y_name, series):
    """`series`: name → [(x, y)]; both axes logarithmic, a mark at each power of ten."""
    points = [point for values in series.values() for point in values if point[0] > 0 and point[1] > 0]
    if not points:
        return document(760, 60, [text(10, 22, title + ": no data", weight="bold")])
    low_x, high_x = decades(x for x, _ in points)
    low_y, high_y = decades(y for _, y in points)
    left, right, top, bottom = 80, 560, 50, 360

    def place(x, y):
        return (
            left + (math.log10(x) - low_x) / (high_x - low_x) * (right - left),
            bottom - (math.log10(y) - low_y) / (high_y - low_y) * (bottom - top),
        )

    parts = [text(10, 22, title, weight="bold"), text(320, 400, x_name, "middle"), text(left, 42, y_name)]
    for decade in range(low_x, high_x + 1):
        x, _ = place(10**decade, 10**low_y)
        parts.append(f'<line x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}" stroke="#ddd"/>')
        parts.append(text(x, bottom + 18, power(decade), "middle"))
    for decade in range(low_y, high_y + 1):
        _, y = place(10**low_x, 10**decade)
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(text(left - 8, y + 4, power(decade), "end"))
    for index, (name, values) in enumerate(series.items()):
        color = COLORS[index % len(COLORS)]
        drawn = [place(x, y) for x, y in values if x > 0 and y > 0]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}"/>' for x, y in drawn]
        parts.append(f'<rect x="580" y="{top + index * 22}" width="12" height="12" fill="{color}"/>')
        parts.append(text(598, top + 11 + index * 22, name))
    return document(820, 415, parts)


def decades(values):
    logs = [math.log10(value) for value in values]
    low, high = math.floor(min(logs) + 1e-9), math.ceil(max(logs) - 1e-9)
    return low, max(high, low + 1)


def power(decade):
    return f"{10**decade:,}" if 0 <= decade <= 6 else f"1e{decade}"
