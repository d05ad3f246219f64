with verdicts as (
    select * from {{ ref('tag_user_verdicts') }}
),

rule_groups as (
    select * from {{ ref('tag_rule_groups') }}
),

dates as (
    select
        snapshots.as_of_date,
        bool_and(snapshots.is_current) as is_current,
        row_number() over (
            order by bool_and(snapshots.is_current) desc, snapshots.as_of_date desc
        ) as date_from_last
    from {{ ref('feat_user_snapshots') }} as snapshots
    where snapshots.is_current or snapshots.is_month_end
    group by snapshots.as_of_date
),

recent as (
    select
        verdicts.user_key,
        verdicts.as_of_date,
        verdicts.met_rules,
        dates.is_current
    from verdicts
    inner join dates on verdicts.as_of_date = dates.as_of_date
    where dates.date_from_last <= 2
),

vectors as (
    select
        vectors.user_key,
        vectors.as_of_date,
        vectors.number_values,
        vectors.text_values,
        dates.is_current
    from {{ ref('tag_user_vectors') }} as vectors
    inner join dates on vectors.as_of_date = dates.as_of_date
    where dates.date_from_last <= 2
),

-- What is met, and what cannot be assessed: no condition fails, and some are unknown.
answers as (
    select
        met.*,
        met.rule_number as met_rule
    from {{ strata__unnested(
        'recent', ['user_key', 'as_of_date', 'is_current'], 'met_rules', 'rule_number'
    ) }} as met
    union all
    select
        vectors.user_key,
        vectors.as_of_date,
        vectors.is_current,
        rule_groups.rule_number,
        cast(null as bigint) as met_rule
    from vectors
    inner join rule_groups
        on
            vectors.as_of_date >= rule_groups.valid_from
            and vectors.as_of_date < rule_groups.valid_to
            and {{ strata__group_passes('vectors', 'rule_groups', 1) }}
            and not {{ strata__group_passes('vectors', 'rule_groups', 2) }}
),

graded as (
    select
        answers.user_key,
        answers.as_of_date,
        answers.is_current,
        rule_groups.choice,
        rule_groups.tag_code,
        min(answers.met_rule) as met_rule
    from answers
    inner join rule_groups on answers.rule_number = rule_groups.rule_number
    group by
        answers.user_key,
        answers.as_of_date,
        answers.is_current,
        rule_groups.choice,
        rule_groups.tag_code
),

ranked as (
    select
        graded.*,
        min(graded.met_rule) over (
            partition by graded.user_key, graded.as_of_date, graded.choice
        ) as chosen_rule
    from graded
),

-- What is met and not chosen is a plain no.
final as (
    select
        ranked.user_key,
        ranked.as_of_date,
        ranked.is_current,
        ranked.tag_code,
        case when ranked.met_rule is null then 'not_assessed' else 'assigned' end
            as status
    from ranked
    where ranked.met_rule is null or ranked.met_rule = ranked.chosen_rule
)

select * from final
