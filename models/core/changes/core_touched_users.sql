with days as (
    select * from {{ ref('core_touched_days') }}
),

moved_ids as (
    select * from {{ ref('core_moved_ids') }}
),

changed_rows as (
    select * from {{ ref('stg_strata__changed_rows') }}
),

clock_shift as (
    select * from {{ ref('core_clock_shift') }}
),

accounts as (
    select * from {{ ref('stg_strata__users') }}
),

identities as (
    select * from {{ ref('core_identity_map') }}
),

acts as (
    select * from {{ ref('core_touched_acts') }}
),

lines as (
    select * from {{ ref('core_order_lines') }}
),

products as (
    select * from {{ ref('core_touched_products') }}
),

-- An account that changed touches the whole life of its person.
changed_accounts as (
    select changed_rows.id_2 as user_id
    from changed_rows
    where changed_rows.source_table = 'users'
    union
    select accounts.user_id
    from accounts
    inner join clock_shift
        on
            {{ strata__is_passed('accounts.loaded_at', 'clock_shift') }}
            or {{ strata__is_passed('accounts.registered_at', 'clock_shift') }}
),

touched as (
    select
        days.user_key,
        days.activity_date as from_date
    from days
    union all
    select
        moved_ids.user_key,
        cast('1900-01-01' as date) as from_date
    from moved_ids
    union all
    select
        identities.user_key,
        cast('1900-01-01' as date) as from_date
    from identities
    inner join changed_accounts
        on
            identities.id_type = 'user_id'
            and identities.id = changed_accounts.user_id
    where {{ strata__continues('core_user_versions') }}
    union all
    select
        acts.user_key,
        acts.act_date as from_date
    from acts
    union all
    select
        lines.user_key,
        lines.order_date as from_date
    from lines
    inner join products on lines.product_id = products.product_id
    where {{ strata__continues('core_user_versions') }}
),

final as (
    select
        touched.user_key,
        min(touched.from_date) as from_date
    from touched
    group by touched.user_key
)

select * from final
