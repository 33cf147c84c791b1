"""Building blocks of a self-contained page: no script, no request, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

CSP = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
:root { --ink: #1f2933; --muted: #6b7785; --line: #e3e7ec; --card: #fff; --ground: #f4f6f8; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font-size: 14px; line-height: 1.6;
  font-family: "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", SimSun,
  sans-serif; }
main { max-width: 1560px; margin: 0 auto; padding: 24px; }
h1 { font-size: 22px; margin: 0 0 16px; }
h2 { font-size: 16px; margin: 0 0 12px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 16px 20px; margin: 0 0 16px; overflow-x: auto; }
.figures { display: flex; flex-wrap: wrap; gap: 12px; margin: 0 0 16px; }
.figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 20px; min-width: 140px; flex: 1; }
.figure b { display: block; font-size: 26px; font-variant-numeric: tabular-nums; }
.figure span, .empty { color: var(--muted); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 5px 10px; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { color: var(--muted); font-weight: 600; white-space: nowrap; }
td { overflow-wrap: anywhere; min-width: 3.5em; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.new { background: #d64545; } .reopened { background: #a35bb5; } .cleared { background: #4b9e6a; }
.chip { display: inline-block; margin: 0 12px 8px 0; color: var(--muted); }
.chip i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 5px; }
footer { color: var(--muted); }
@media print { body { background: #fff; } section { break-inside: avoid-page; } }
"""


@dataclass(frozen=True)
class Cell:
    """A cell whose content is markup made here; every other value is escaped."""

    html: str


def page(title: str, head: str, sections: Iterable[tuple[str, str]]) -> str:
    """One HTML document with a heading, a head block and titled sections."""
    body = "".join(f"<section><h2>{escape(t)}</h2>{html}</section>" for t, html in sections)
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta http-equiv="content-security-policy" content="{CSP}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>{head}{body}"
        "<footer>内部资料。线索均为疑似，须经人工核查；本页只含汇总数字。</footer>"
        "</main></body></html>\n"
    )


def figures(items: Sequence[tuple[str, object]]) -> str:
    """Large numbers side by side, each with what it counts."""
    cards = "".join(
        f'<div class="figure"><b>{escape(str(value))}</b><span>{escape(name)}</span></div>'
        for name, value in items
    )
    return f'<div class="figures">{cards}</div>'


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], empty: str = "") -> str:
    """A table; numbers to the right; `empty` instead where there is no row."""
    if not rows:
        return f'<p class="empty">{escape(empty)}</p>'
    numeric = [all(isinstance(row[i], int) or row[i] is None for row in rows)
               for i in range(len(heads))]  # fmt: skip
    classes = [' class="n"' if n else "" for n in numeric]
    head = "".join(f"<th{c}>{escape(h)}</th>" for h, c in zip(heads, classes, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{c}>{_cell(v)}</td>" for v, c in zip(row, classes, strict=True))
        + "</tr>"
        for row in rows
    )  # fmt: skip
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def chip(label: str, colour: str) -> str:
    """A legend entry."""
    return f'<span class="chip"><i class="{colour}"></i>{escape(label)}</span>'


def _cell(value: object) -> str:
    if isinstance(value, Cell):
        return value.html
    return "" if value is None else escape(str(value))
