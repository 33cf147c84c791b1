{#-
    Whole metres between two places given in degrees, on a plane, which is exact to a centimetre at
    the distances that matter here; a degree of latitude is 111,195 metres on the mean radius.
-#}
{% macro metres_between(longitude_a, latitude_a, longitude_b, latitude_b) -%}
    {{ return(adapter.dispatch('metres_between', 'xiansuo')(
        longitude_a, latitude_a, longitude_b, latitude_b
    )) }}
{%- endmacro %}
{% macro duckdb__metres_between(longitude_a, latitude_a, longitude_b, latitude_b) -%}
    cast(round(111195 * sqrt(
        pow({{ latitude_a }} - {{ latitude_b }}, 2)
        + pow(
            ({{ longitude_a }} - {{ longitude_b }})
            * cos(radians(({{ latitude_a }} + {{ latitude_b }}) / 2)),
            2
        )
    )) as integer)
{%- endmacro %}

{#- A coordinate where it can be one: no other has a place on the earth, or in a grid. Zero is what
    a form writes that was left blank. -#}
{% macro coordinate(degrees, most) -%}
    case
        when {{ degrees }} between -{{ most }} and {{ most }} and {{ degrees }} <> 0
            then {{ degrees }}
    end
{%- endmacro %}
{% macro longitude(degrees) -%}
    {{ coordinate(degrees, 180) }}
{%- endmacro %}
{% macro latitude(degrees) -%}
    {{ coordinate(degrees, 90) }}
{%- endmacro %}

{#- The number of the cell, a thousandth of a degree wide, in which a coordinate lies. -#}
{% macro grid_cell(degrees) -%}
    {{ return(adapter.dispatch('grid_cell', 'xiansuo')(degrees)) }}
{%- endmacro %}
{% macro duckdb__grid_cell(degrees) -%}
    cast(floor({{ degrees }} * 1000) as integer)
{%- endmacro %}
