-- The supervision models whose rules run here.
-- Grain: model.
with final as (
    select * from {{ ref('ref_model') }}
)

select * from final
