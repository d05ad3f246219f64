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
        verdicts.met_rules
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
        vectors.refused_purposes,
        dates.is_current
    from {{ ref('tag_user_vectors') }} as vectors
    inner join dates on vectors.as_of_date = dates.as_of_date
    where dates.date_from_last <= 2
),

met as (
    select * from {{ strata__unnested(
        'recent', ['user_key', 'as_of_date'], 'met_rules', 'rule_number'
    ) }}
),

met_tags as (
    select
        met.user_key,
        met.as_of_date,
        met.rule_number,
        rule_groups.choice,
        rule_groups.tag_code
    from met
    inner join rule_groups on met.rule_number = rule_groups.rule_number
),

-- Of a choice the first tag by priority; what is met and not chosen is a plain no.
chosen as (
    select
        met_tags.user_key,
        met_tags.as_of_date,
        min(met_tags.rule_number) as rule_number
    from met_tags
    group by met_tags.user_key, met_tags.as_of_date, met_tags.choice
),

-- What cannot be assessed, as no condition fails and some are unknown, and what may
-- not be, as the person refused the consent that it asks for.
unanswered as (
    select
        vectors.user_key,
        vectors.as_of_date,
        vectors.is_current,
        rule_groups.tag_code,
        rule_groups.is_only_group
    from vectors
    inner join rule_groups
        on
            vectors.as_of_date >= rule_groups.valid_from
            and vectors.as_of_date < rule_groups.valid_to
            and (
                {{ strata__group_holds('vectors', 'rule_groups') }} is null
                or position(rule_groups.consent_purpose in vectors.refused_purposes) > 0
            )
),

-- Only of a tag with several groups another one may be met, or unknown as well.
final as (
    select
        chosen.user_key,
        chosen.as_of_date,
        dates.is_current,
        rule_groups.tag_code,
        'assigned' as status
    from chosen
    inner join dates on chosen.as_of_date = dates.as_of_date
    inner join rule_groups on chosen.rule_number = rule_groups.rule_number
    union all
    select
        unanswered.user_key,
        unanswered.as_of_date,
        unanswered.is_current,
        unanswered.tag_code,
        'not_assessed' as status
    from unanswered
    where unanswered.is_only_group
    union all
    select
        unanswered.user_key,
        unanswered.as_of_date,
        unanswered.is_current,
        unanswered.tag_code,
        'not_assessed' as status
    from unanswered
    left join met_tags
        on
            unanswered.user_key = met_tags.user_key
            and unanswered.as_of_date = met_tags.as_of_date
            and unanswered.tag_code = met_tags.tag_code
    where not unanswered.is_only_group and met_tags.user_key is null
    group by
        unanswered.user_key,
        unanswered.as_of_date,
        unanswered.is_current,
        unanswered.tag_code
)

select * from final
