{#-
    Which institution a delivered row means: its own credit code, school code, or name in the
    county, looked up among all that the registers ever said (int_institution_alias). A name does
    not join institutions whose credit codes differ. A branch goes by its name although it bears
    its school's code. An institution in no register gets the key it would have there.
    Gives the rows of `relation` with their institution_key.
-#}
{% macro with_institution(relation, norm='institution_norm', uscc='uscc', school_code=none) -%}
    select
        given.*,
        coalesce(
            branch.institution_key,
            by_uscc.institution_key,
            {%- if school_code %}
            by_school.institution_key,
            {%- endif %}
            case
                when given.{{ uscc }} is null or by_name.uscc is null then by_name.institution_key
            end,
            given.{{ uscc }},
            {%- if school_code %}
            'school:' || given.{{ school_code }},
            {%- endif %}
            'name:' || given.adcode || ':' || given.{{ norm }}
        ) as institution_key
    from {{ relation }} as given
    left join {{ ref('int_institution_alias') }} as branch
        on
            branch.alias_kind = 'branch'
            and given.adcode = branch.adcode
            and given.{{ norm }} = branch.alias_value
            and {{ 'coalesce(given.' ~ uscc ~ ', given.' ~ school_code ~ ')' if school_code else 'given.' ~ uscc }}
            is not null
    left join {{ ref('int_institution_alias') }} as by_uscc
        on by_uscc.alias_kind = 'uscc' and given.{{ uscc }} = by_uscc.alias_value
    {%- if school_code %}
    left join {{ ref('int_institution_alias') }} as by_school
        on by_school.alias_kind = 'school_code' and given.{{ school_code }} = by_school.alias_value
    {%- endif %}
    left join {{ ref('int_institution_alias') }} as by_name
        on
            by_name.alias_kind = 'name'
            and given.adcode = by_name.adcode
            and given.{{ norm }} = by_name.alias_value
{%- endmacro %}

{#-
    Which registered business a delivered row means: its credit code, else its name in the county
    where one of the two has no code and the name is one business's. Gives the rows of `relation`
    with their registration_key of int_business; null for none.
-#}
{% macro with_registration(relation, norm) -%}
    select
        given.*,
        coalesce(
            by_uscc.uscc,
            case when given.uscc is null or by_name.uscc is null then by_name.registration_key end
        ) as registration_key
    from {{ relation }} as given
    left join (
        select distinct uscc from {{ ref('int_business') }}
    ) as by_uscc on given.uscc = by_uscc.uscc
    left join (
        select
            adcode,
            name_norm,
            min(uscc) as uscc,
            min(registration_key) as registration_key
        from {{ ref('int_business') }}
        group by adcode, name_norm
        having count(*) = 1
    ) as by_name
        on given.adcode = by_name.adcode and given.{{ norm }} = by_name.name_norm
{%- endmacro %}

{#-
    Every institution that a register of the home lists, by its key in dim_institution: those of the
    authorities, and the designated ones of the medical insurance that these do not have. Under one
    credit code several may be designated; the first code stands for them.
-#}
{% macro listed_institutions() -%}
    select
        institutions.institution_key,
        institutions.uscc,
        institutions.name,
        institutions.category,
        institutions.authority,
        institutions.adcode,
        institutions.township,
        institutions.status,
        institutions.is_active,
        {{ 'designated.medical_code' if is_judged('MED') else 'cast(null as varchar)' }}
            as medical_code
    from {{ ref('int_institution') }} as institutions
    {%- if is_judged('MED') %}
    left join (
        select
            institution_key,
            min(fixmedins_code) as medical_code
        from {{ ref('int_medical_institution') }}
        group by institution_key
    ) as designated on institutions.institution_key = designated.institution_key
    union all
    select
        institution_key,
        uscc,
        name,
        kind as category,
        null as authority,
        adcode,
        township,
        agreement_status as status,
        is_listed and agreement_status = '在用' as is_active,
        fixmedins_code as medical_code
    from (
        select
            *,
            row_number() over (partition by institution_key order by fixmedins_code asc) as place
        from {{ ref('int_medical_institution') }}
    ) as ranked
    where
        place = 1
        and institution_key not in (select institution_key from {{ ref('int_institution') }})
    {%- endif %}
{%- endmacro %}
