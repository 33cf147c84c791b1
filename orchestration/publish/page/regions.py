"""The map that a site may supply: XIANSUO_HOME/regions.geojson.

No geometry of townships may be handed on with the software, so a site that has one puts it there:
a FeatureCollection whose features have the properties `adcode` (the county's) and `name` (the
township's, as the registers write it) and a Polygon or MultiPolygon.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from markupsafe import Markup

log = logging.getLogger(__name__)

MAX_BYTES = 5_000_000  # it stands in every page
DIGITS = 5  # of a degree: a metre
SHAPES = ("Polygon", "MultiPolygon")


def read_regions(path: Path, adcode: str | None) -> Markup | None:
    """The map of a county, or of all (None), as JSON that may stand in a script element.

    None where there is no file, or none of its features can be used: the tiles are there anyway.
    Nothing of a feature but its two names and its shape is taken over.
    """
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ValueError(f"more than {MAX_BYTES} bytes")
        given = json.loads(path.read_bytes(), parse_float=lambda text: round(float(text), DIGITS))
        features = [_feature(feature) for feature in given["features"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("regions.geojson is not used: %s", type(error).__name__)
        return None
    used = [f for f in features if f and adcode in (None, f["properties"]["adcode"])]
    if not used:
        return None
    text = json.dumps({"type": "FeatureCollection", "features": used}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c"))


def _feature(feature: dict[str, Any]) -> dict[str, Any] | None:
    properties, geometry = feature["properties"], feature["geometry"]
    if geometry["type"] not in SHAPES:
        return None
    adcode, township = str(properties["adcode"]), str(properties["name"])
    return {
        "type": "Feature",
        "properties": {"name": f"{adcode} {township}", "adcode": adcode},
        "geometry": {"type": geometry["type"], "coordinates": geometry["coordinates"]},
    }
