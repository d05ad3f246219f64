with bests as (
    select *
    from {{ ref('metric_funnel_bests') }}
    where
        period_grain = 'lifetime'
        and breakdown = 'all'
        and is_mature_best
),

lengths as (
    select * from {{ ref('metric_funnel_lengths') }}
),

funnels as (
    select *
    from {{ ref('stg_strata__funnels') }}
    where cell_dimension is not null
),

numbers as (
    select distinct step_number
    from {{ ref('stg_strata__funnel_steps') }}
    where role = 'step' and step_number > 1
),

products as (
    select * from {{ ref('core_products') }}
),

cells as (
    select
        bests.funnel_code,
        funnels.cell_dimension,
        funnels.minimum_users,
        bests.channel,
        case funnels.cell_dimension
            when 'landing_page' then bests.landing_page
            else coalesce(products.category, '(none)')
        end as member,
        numbers.step_number,
        count(*) as base_users,
        count(*) filter (where bests.reached_step >= numbers.step_number) as users
    from bests
    inner join funnels on bests.funnel_code = funnels.funnel_code
    inner join lengths on bests.funnel_code = lengths.funnel_code
    inner join numbers
        on
            lengths.step_count >= numbers.step_number
            and numbers.step_number <= bests.reached_step + 1
    left join products on bests.product_id = products.product_id
    group by
        bests.funnel_code,
        funnels.cell_dimension,
        funnels.minimum_users,
        bests.channel,
        case funnels.cell_dimension
            when 'landing_page' then bests.landing_page
            else coalesce(products.category, '(none)')
        end,
        numbers.step_number
),

compared as (
    select
        cells.*,
        cells.base_users >= cells.minimum_users as is_large_enough,
        cast(cells.users as double) / cells.base_users as conversion_rate,
        cast(sum(cells.users) over step as double) / sum(cells.base_users) over step
            as average_rate
    from cells
    window step as (partition by cells.funnel_code, cells.step_number)
),

lost as (
    select
        compared.*,
        compared.base_users * compared.average_rate - compared.users as lost_users
    from compared
),

-- Rounded, so that equal losses are equal on every engine.
ranked as (
    select
        lost.*,
        row_number() over (
            partition by lost.funnel_code, lost.is_large_enough
            order by
                cast(lost.lost_users as decimal(18, 6)) desc,
                lost.step_number asc,
                lost.channel asc,
                lost.member asc
        ) as place
    from lost
),

final as (
    select
        ranked.funnel_code,
        ranked.cell_dimension,
        ranked.channel,
        ranked.member,
        ranked.step_number,
        ranked.base_users,
        ranked.users,
        ranked.conversion_rate,
        ranked.average_rate,
        ranked.lost_users,
        ranked.is_large_enough,
        case when ranked.is_large_enough then ranked.place end as lost_rank
    from ranked
)

select * from final
