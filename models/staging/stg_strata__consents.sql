with consents as (
    select * from {{ strata__accepted_rows('consents') }}
),

final as (
    select
        consents.user_id,
        consents.purpose,
        consents.is_granted,
        consents.recorded_at
    from consents
)

select * from final
