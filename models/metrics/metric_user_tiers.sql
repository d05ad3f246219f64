with history as (
    select * from {{ ref('tier_user_history') }}
),

final as (
    select
        history.user_key,
        history.tier_code,
        history.valid_from,
        history.valid_to
    from history
    where history.program_code = '{{ var("strata__headline_program") }}'
)

select * from final
