-- Which accounts turned out to be the same person as an older one, since when, by
-- which source, and what moved with them?
with changes as (
    select * from {{ ref('core_identity_changes') }}
),

users as (
    select * from {{ ref('core_users') }}
)

select
    changes.changed_at,
    changes.id as user_id,
    users.user_id as older_user_id,
    changes.source,
    changes.event_count,
    changes.order_count,
    changes.net_amount
from changes
inner join users on changes.to_user_key = users.user_key
where changes.id_type = 'user_id'
order by
    changes.changed_at desc,
    changes.id asc
limit 100
