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
            as text_position
    from rules
    inner join tags on rules.tag_code = tags.tag_code
    left join vocabulary on rules.feature_code = vocabulary.feature_code
),

-- Every condition is a closed interval whose inside or outside is asked for; of a text
-- it is one value. No text is blank, so blank is what none is equal to.
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
        case placed.operator
            when 'gt' then {{ strata__next_double('placed.low', 'up') }}
            when 'lte' then {{ strata__infinity('down') }}
            when 'lt' then {{ strata__infinity('down') }}
            when 'is_null' then {{ strata__infinity('up') }}
            when 'not_null' then {{ strata__infinity('down') }}
            else placed.low
        end as interval_low,
        case placed.operator
            when 'lte' then placed.high
            when 'lt' then {{ strata__next_double('placed.high', 'down') }}
            when 'between' then placed.high
            when 'is_null' then {{ strata__infinity('down') }}
            when 'eq' then placed.low
            when 'ne' then placed.low
            else {{ strata__infinity('up') }}
        end as interval_high,
        case
            when placed.operator in ('eq', 'ne') then coalesce(placed.text_value, '')
            else ''
        end as compared_text,
        placed.operator != 'ne'
        and (placed.operator != 'not_null' or placed.text_position is null)
            as is_inside,
        cast(
            case placed.operator when 'is_null' then 2 when 'not_null' then 0 else 1 end
            as bigint
        ) as absent_grade
    from placed
    where placed.valid_from < placed.valid_to
)

select * from final
