with intervals as (
    select * from {{ ref('tag_new_intervals') }}
),

vectors as (
    select * from {{ ref('tag_user_vectors') }}
),

conditions as (
    select * from {{ ref('tag_conditions') }}
),

begun as (
    select
        intervals.user_key,
        intervals.tag_code,
        intervals.rule_group,
        {{ strata__add_days('intervals.valid_from', -1) }} as as_of_date
    from intervals
    where intervals.evidence is null
),

observed as (
    select
        begun.user_key,
        begun.tag_code,
        begun.as_of_date,
        conditions.feature_code,
        conditions.operator,
        conditions.low,
        conditions.high,
        conditions.text_value,
        {{ strata__observed('vectors', 'conditions') }} as observed_value,
        concat_ws(
            ' ',
            conditions.operator,
            {{ strata__number_text('conditions.low') }},
            {{ strata__number_text('conditions.high') }},
            conditions.text_value
        ) as asked
    from begun
    inner join vectors
        on
            begun.user_key = vectors.user_key
            and begun.as_of_date = vectors.as_of_date
    inner join conditions
        on
            begun.tag_code = conditions.tag_code
            and begun.rule_group = conditions.rule_group
            and begun.as_of_date >= conditions.valid_from
            and begun.as_of_date < conditions.valid_to
),

explained as (
    select
        observed.user_key,
        observed.tag_code,
        observed.as_of_date,
        {{ strata__text_list(
            "observed.feature_code || ' ' || observed.observed_value"
            ~ " || ' (' || observed.asked || ')'",
            ['observed.feature_code', 'observed.operator', 'observed.asked']
        ) }} as evidence
    from observed
    group by observed.user_key, observed.tag_code, observed.as_of_date
),

final as (
    select
        intervals.user_key,
        intervals.tag_code,
        intervals.valid_from,
        intervals.valid_to,
        intervals.valid_to = cast('9999-12-31' as date) as is_current,
        intervals.rule_group,
        coalesce(intervals.evidence, explained.evidence) as evidence
    from intervals
    left join explained
        on
            intervals.user_key = explained.user_key
            and intervals.tag_code = explained.tag_code
            and intervals.valid_from
            = {{ strata__add_days('explained.as_of_date', 1) }}
)

select * from final
