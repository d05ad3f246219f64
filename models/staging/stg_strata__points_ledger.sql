with points_ledger as (
    select * from {{ strata__accepted_rows('points_ledger') }}
),

final as (
    select
        points_ledger.entry_id,
        points_ledger.user_id,
        points_ledger.entry_at,
        lower(points_ledger.kind) as kind,
        points_ledger.points,
        points_ledger.order_id,
        points_ledger.expires_at,
        points_ledger.loaded_at
    from points_ledger
)

select * from final
