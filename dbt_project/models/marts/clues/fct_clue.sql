-- Every clue ever produced, as of the newest night. Where the subject is or contains a person, the
-- institution is left out, and the township too where few institutions share it.
-- Grain: clue.
with clues as (
    select * from {{ ref('int_clue') }}
),

final as (
    select
        clue_id,
        rule_id,
        rule_version,
        model_id,
        as_of,
        subject_type,
        subject_key,
        case when not is_about_person then institution_key end as institution_key,
        institution_category,
        adcode,
        case
            when
                not is_about_person
                or township_institutions >= {{ param('ALL', 'small_group_institutions') }}
                then township
        end as township,
        conduct_from,
        conduct_to,
        first_seen_on,
        last_seen_on,
        cleared_on,
        state,
        push,
        review,
        severity,
        cast(score as double) as score,
        {{ as_json('score_detail') }} as score_detail,
        match_tier,
        hit_count,
        amount_total,
        amount_pool,
        amount_account,
        legal_basis_ids,
        form_suggested,
        department,
        due_on,
        parent_clue_id,
        is_parent,
        evidence_count,
        evidence_hash,
        change_kind,
        change_feed,
        change_delivered_on
    from clues
)

select * from final
