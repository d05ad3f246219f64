with candidates as (
    select * from {{ ref('core_identity_candidates') }}
),

ranks as (
    select * from {{ ref('core_identity_ranks') }}
),

cut as (
    select
        candidates.*,
        case
            when candidates.cut_reason is not null then candidates.cut_reason
            when ranks_1.is_capped or ranks_2.is_capped then 'capped'
            when
                '{{ var("strata__identity_policy") }}' = 'never_merge_identified'
                and ranks_1.strength_rank > 1
                and (candidates.id_type_2 = 'user_id' or ranks_2.strength_rank > 1)
                then 'policy'
        end as reason
    from candidates
    left join ranks as ranks_1
        on
            candidates.id_type_1 = ranks_1.id_type
            and candidates.id_1 = ranks_1.id
            and candidates.id_type_2 = ranks_1.other_id_type
            and candidates.id_2 = ranks_1.other_id
    left join ranks as ranks_2
        on
            candidates.id_type_2 = ranks_2.id_type
            and candidates.id_2 = ranks_2.id
            and candidates.id_type_1 = ranks_2.other_id_type
            and candidates.id_1 = ranks_2.other_id
),

final as (
    select
        cut.id_type_1,
        cut.id_1,
        cut.id_type_2,
        cut.id_2,
        cut.source,
        cut.first_seen_at,
        cut.last_seen_at,
        cut.observation_count,
        cut.reason is null as is_kept,
        cut.reason as cut_reason
    from cut
)

select * from final
