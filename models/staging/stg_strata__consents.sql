with consents as (
    select * from {{ strata__accepted_rows('consents') }}
),

final as (
    select
        consents.user_id,
        lower(consents.purpose) as purpose,
        consents.is_granted,
        consents.recorded_at
    from consents
)

select * from final
