"""docs/rule-catalogue.md and docs/data-dictionary.md."""

from __future__ import annotations

from collections.abc import Sequence

from orchestration.generate.cards import Mart, RuleCard
from orchestration.generate.tables import NOTICE, markdown_table

Seed = list[dict[str, str]]


def rule_catalogue(cards: Sequence[RuleCard], laws: Seed, parameters: Seed) -> str:
    """Every rule: what it finds, under which law, what excludes, its numbers and tested cases."""
    keys = ("title_zh", "supervision_type", "subject_type", "severity", "push", "department")
    overview = markdown_table(
        ("规则", "名称", "监督类型", "对象", "等级", "推送", "部门"),
        ([f"[{c.id}](#{c.id.lower()})", *(c.meta[key] for key in keys)] for c in cards),
    )
    parts = [f"# 规则目录\n\n<!-- {NOTICE} -->\n", overview]
    for card in cards:
        parts += _chapter(card, laws, parameters)
    return "\n".join([*parts, "## 共用参数\n", _parameters("ALL", parameters)])


def _chapter(card: RuleCard, laws: Seed, parameters: Seed) -> list[str]:
    meta = card.meta
    facts = {
        "计数单位": meta["population_unit"],
        "适用": f"{meta['in_force_from']} 起的行为",
        "建议方式": meta["form_suggested"],
        "下一步": meta["next_step_zh"],
        "所需数据": "、".join(meta["requires"]),
        "SQL": f"`{card.model}.sql`",
    }
    return [
        f"## {card.id}\n\n**{meta['title_zh']}**（{meta['title_en']}）。{meta['description_zh']}\n",
        f"{card.description}\n",
        "".join(f"- {name}：{value}\n" for name, value in facts.items()),
        "### 法律依据\n",
        _laws(card, laws),
        "### 排除事由（依次检验，先命中者计数）\n",
        markdown_table(("代号", "事由"), ((g["code"], g["title_zh"]) for g in card.guards)),
        "### 参数\n",
        _parameters(card.id, parameters),
        "### 边界与检验用例\n",
        markdown_table(("用例", "说明"), ((f"`{name}`", text) for name, text in card.cases)),
    ]


def _laws(card: RuleCard, laws: Seed) -> str:
    missing = set(card.meta["laws"]) - {law["family"] for law in laws}
    if missing:
        raise KeyError(f"{card.id} cites law that seeds/legal_basis.csv lacks: {sorted(missing)}")
    keys = ("basis_id", "instrument_zh", "article", "summary_zh", "valid_from", "valid_to",
            "verified")  # fmt: skip
    cited = [law for family in card.meta["laws"] for law in laws if law["family"] == family]
    header = ("编号", "文件", "条款", "摘要", "施行", "失效", "已核对")
    return markdown_table(header, ([law[key] for key in keys] for law in cited))


def _parameters(rule_id: str, parameters: Seed) -> str:
    keys = ("parameter", "value", "unit", "valid_from", "valid_to", "source")
    rows = ([p[key] for key in keys] for p in parameters if p["rule_id"] == rule_id)
    return markdown_table(("参数", "取值", "单位", "自", "至", "来源"), rows)


def data_dictionary(marts: Sequence[Mart]) -> str:
    """Every published table and column, with label, unit and sensitivity."""
    chapters = [
        f"## {mart.schema}.{mart.name}\n\n{mart.grain}\n\n"
        + markdown_table(
            ("列", "类型", "标签", "含义", "单位", "敏感度"),
            (
                (f"`{c.name}`", c.type, c.label_zh, c.meaning, c.unit, c.sensitivity)
                for c in mart.columns
            ),
        )
        for mart in marts
    ]
    return "\n".join([f"# 数据字典\n\n<!-- {NOTICE} -->\n", *chapters])
