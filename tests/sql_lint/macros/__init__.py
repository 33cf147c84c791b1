"""What the SQL's linter knows of our macros (library_path in .sqlfluff): a stub for each.

What a macro gives is not linted where it is called; it only has to stand there as the right kind of
SQL, which is told by how the macro's text begins, and to read the tables that the macro was given.
Rendering the macros themselves would take three times as long and needs a dbt.
"""

import gc as _gc
import re as _re
from collections.abc import Callable as _Callable
from pathlib import Path as _Path

# sqlfluff makes millions of small objects: looking for garbage among them as often as Python does
# takes a third of its time.
_gc.set_threshold(200_000)

_MACROS = _Path(__file__).resolve().parents[3] / "dbt_project/macros"
_MACRO = _re.compile(
    r"\{%-? macro (?:duckdb__)?(\w+)\((.*?)\) -?%\}"
    r"\s*(?:\{%-? set .*?%\}\s*)*(.*?)\s*"
    r"\{%-? endmacro -?%\}",
    _re.DOTALL,
)


def _stub(name: str, signature: str, body: str) -> _Callable[..., str]:
    parameters = [parameter.split("=")[0].strip() for parameter in signature.split(",")]
    read = ["relation", *_re.findall(r"(?:from|join) \{\{ (\w+) \}\}(?!\w)", body)]
    ctes = _re.match(r"\{\{ (\w+) \}\}_", body)  # a list of them, named after a parameter
    named_in_body = sorted(set(_re.findall(r"(?:from|join) (\w+)", body)))

    def call(*given: object, **named: object) -> str:
        values = dict(zip(parameters, given, strict=False)) | named
        tables = ", ".join(str(values[each]) for each in parameters if each in read)
        if body.startswith(("select", "with")):
            return f"select * from {tables or name}"
        if ctes:
            sources = tables or ", ".join(named_in_body)
            return f"{name}_{values[ctes[1]]} as (select * from {sources})"
        return f"(select * from {tables})" if tables else f"{name}()"

    return call


for _file in _MACROS.rglob("*.sql"):
    for _name, _signature, _body in _MACRO.findall(_file.read_text("utf-8")):
        if "adapter.dispatch" not in _body:
            globals()[_name] = _stub(_name, _signature, _body)
