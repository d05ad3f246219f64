with verdicts as (
    select * from {{ ref('tag_recent_verdicts') }}
),

rule_groups as (
    select * from {{ ref('tag_rule_groups') }}
),

unassessed as (
    select * from {{ ref('tag_unassessed_sets') }}
),

met as (
    select * from {{ strata__unnested(
        'verdicts', ['user_key', 'as_of_date', 'is_current'], 'met_rules', 'rule_number'
    ) }}
),

-- Of a choice the first tag by priority; what is met and not chosen is a plain no.
chosen as (
    select
        met.user_key,
        met.as_of_date,
        met.is_current,
        min(met.rule_number) as rule_number
    from met
    inner join rule_groups on met.rule_number = rule_groups.rule_number
    group by met.user_key, met.as_of_date, met.is_current, rule_groups.choice
),

final as (
    select
        chosen.user_key,
        chosen.as_of_date,
        chosen.is_current,
        rule_groups.tag_code,
        'assigned' as status
    from chosen
    inner join rule_groups on chosen.rule_number = rule_groups.rule_number
    union all
    select
        verdicts.user_key,
        verdicts.as_of_date,
        verdicts.is_current,
        unassessed.tag_code,
        'not_assessed' as status
    from verdicts
    inner join unassessed
        on
            verdicts.as_of_date = unassessed.as_of_date
            and verdicts.unknown_rules = unassessed.unknown_rules
            and verdicts.shared_rules = unassessed.shared_rules
)

select * from final
