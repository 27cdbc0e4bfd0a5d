"""Benchmarks.md: hand-written text, in which what stands between two marks is rewritten by each run."""

import re

from harness import places


class Table:
    """A Markdown table with what belongs to it."""

    def __init__(self, name, command, columns):
        self.name = name
        self.command = command
        self.columns = columns
        self.rows = []
        self.notes = []
        # name → SVG text
        self.plots = {}

    def add(self, *cells):
        assert len(cells) == len(self.columns), (cells, self.columns)
        self.rows.append([str(cell) for cell in cells])

    def note(self, text):
        self.notes.append(text)

    def markdown(self):
        lines = [f"`{self.command}`", ""]
        lines.append("| " + " | ".join(self.columns) + " |")
        lines.append("|" + " --- |" * len(self.columns))
        lines += ["| " + " | ".join(row) + " |" for row in self.rows]
        for note in self.notes:
            lines += ["", note]
        for plot in self.plots:
            lines += ["", f"![{plot}](bench/results/{plot}.svg)"]
        return "\n".join(lines)


def replaced(page, name, text):
    """The page with other text between `<!-- begin NAME -->` and `<!-- end NAME -->`; the marks must be there."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(page)) != 1:
        raise ValueError(f"Benchmarks.md must have one pair of marks '{begin}' and '{end}'")
    return pattern.sub(lambda _: f"{begin}\n{text}\n{end}", page)


def rewrite(name, text):
    with open(places.PAGE, encoding="utf-8") as file:
        page = file.read()
    page = replaced(page, name, text)
    with open(places.PAGE, "w", encoding="utf-8") as file:
        file.write(page)


# How figures are written.


def seconds(value):
    if value >= 100:
        return f"{value:.0f} s"
    return f"{value:.3g} s" if value >= 0.1 else f"{value * 1000:.3g} ms"


def rate(items, value):
    """Millions of items a second."""
    return f"{items / value / 1e6:.3g} M/s"


def size(count):
    for unit, factor in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]:
        if count >= factor:
            return f"{count / factor:.3g} {unit}"
    return f"{count} B"


def percent(share):
    return f"{share * 100:.3g} %"


def times(ratio):
    return f"{ratio:.2f}×"


def spread(sample):
    return f"±{sample.spread * 100:.1f} %"


def verdict(is_met):
    return "met" if is_met else "**not met**"
