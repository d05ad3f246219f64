with conditions as (
    select * from {{ ref('tag_conditions') }}
),

tags as (
    select * from {{ ref('stg_strata__tags') }}
),

bounds as (
    select
        conditions.tag_code,
        conditions.rule_group,
        conditions.valid_from as bound_date
    from conditions
    union
    select
        conditions.tag_code,
        conditions.rule_group,
        conditions.valid_to as bound_date
    from conditions
),

-- Between two of its bounds the conditions of a group do not change.
spans as (
    select
        bounds.tag_code,
        bounds.rule_group,
        bounds.bound_date as valid_from,
        lead(bounds.bound_date) over (
            partition by bounds.tag_code, bounds.rule_group order by bounds.bound_date
        ) as valid_to
    from bounds
),

placed as (
    select
        conditions.*,
        tags.priority,
        '|' || tags.consent_purpose || '|' as consent_purpose,
        case
            when tags.exclusive_group is null then 'tag ' || tags.tag_code
            else 'group ' || tags.exclusive_group
        end as choice,
        spans.valid_from as span_from,
        spans.valid_to as span_to,
        row_number() over (
            partition by
                spans.tag_code,
                spans.rule_group,
                spans.valid_from
            order by
                conditions.feature_code,
                conditions.operator,
                conditions.low,
                conditions.high,
                conditions.text_value
        ) as slot
    from spans
    inner join conditions
        on
            spans.tag_code = conditions.tag_code
            and spans.rule_group = conditions.rule_group
            and spans.valid_from >= conditions.valid_from
            and spans.valid_from < conditions.valid_to
    inner join tags on spans.tag_code = tags.tag_code
),

-- Of the tags of one choice the first by priority holds, of the groups of a tag the
-- first by number: both are the least rule number.
final as (
    select
        row_number() over (
            order by
                placed.choice,
                placed.priority,
                placed.tag_code,
                placed.rule_group,
                placed.span_from
        ) as rule_number,
        placed.choice,
        placed.tag_code,
        placed.rule_group,
        min(placed.rule_group) over (partition by placed.tag_code)
        = max(placed.rule_group) over (partition by placed.tag_code) as is_only_group,
        placed.consent_purpose,
        placed.span_from as valid_from,
        placed.span_to as valid_to,
        {{ strata__slots('placed') }}
    from placed
    group by
        placed.choice,
        placed.priority,
        placed.tag_code,
        placed.rule_group,
        placed.consent_purpose,
        placed.span_from,
        placed.span_to
)

select * from final
