-- The night that answers are about, and the last day on which its data may still answer that
-- nothing was found. Grain: one row.
select
    {{ as_of() }} as as_of,
    {{ add_days(as_of(), param('ALL', 'lookup_days')) }} as answers_until
