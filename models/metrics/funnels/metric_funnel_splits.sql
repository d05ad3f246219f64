with final as (
    select 'none' as split
    union all
    select 'channel' as split
    union all
    select 'platform' as split
    union all
    select 'tier' as split
    union all
    select 'first_channel' as split
)

select * from final
