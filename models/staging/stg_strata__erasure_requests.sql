with erasure_requests as (
    select * from {{ strata__accepted_rows('erasure_requests') }}
),

final as (
    select
        erasure_requests.user_id,
        erasure_requests.requested_at
    from erasure_requests
)

select * from final
