with rules as (
    select * from {{ ref('stg_strata__tag_rules') }}
),

tags as (
    select * from {{ ref('stg_strata__tags') }}
),

vocabulary as (
    select * from {{ ref('tag_vocabulary') }}
),

-- A feature that nobody computes is at place 0, where all is absent.
placed as (
    select
        rules.tag_code,
        rules.rule_group,
        rules.feature_code,
        rules.operator,
        rules.low,
        rules.high,
        rules.text_value,
        greatest(rules.valid_from, tags.valid_from) as valid_from,
        least(rules.valid_to, tags.valid_to) as valid_to,
        case
            when coalesce(vocabulary.value_type, 'number') = 'number'
                then coalesce(vocabulary.position, 0)
        end as number_position,
        case when vocabulary.value_type = 'text' then vocabulary.position end
            as text_position,
        'absolute' as threshold_mode,
        rules.low as low_bound,
        rules.high as high_bound
    from rules
    inner join tags on rules.tag_code = tags.tag_code
    left join vocabulary on rules.feature_code = vocabulary.feature_code
),

final as (
    select
        placed.tag_code,
        placed.rule_group,
        placed.feature_code,
        placed.operator,
        placed.low,
        placed.high,
        placed.text_value,
        placed.valid_from,
        placed.valid_to,
        placed.number_position,
        placed.text_position,
        {{ strata__rule_form('placed') }} as form,
        {{ strata__rule_bounds('placed', 'first') }} as first_value,
        {{ strata__rule_bounds('placed', 'after') }} as after_value
    from placed
    where placed.valid_from < placed.valid_to
)

select * from final
