with verdicts as (
    select * from {{ ref('tag_recent_verdicts') }}
),

rule_groups as (
    select * from {{ ref('tag_rule_groups') }}
),

-- Of many people the same is unknown: a few hundred sets are all there are.
sets as (
    select
        verdicts.as_of_date,
        verdicts.is_current,
        verdicts.unknown_rules,
        verdicts.shared_rules,
        count(*) as user_count
    from verdicts
    group by
        verdicts.as_of_date,
        verdicts.is_current,
        verdicts.unknown_rules,
        verdicts.shared_rules
),

unknown as (
    select * from {{ strata__unnested(
        'sets',
        ['as_of_date', 'is_current', 'unknown_rules', 'shared_rules', 'user_count'],
        'unknown_rules',
        'rule_number'
    ) }}
),

met as (
    select * from {{ strata__unnested(
        'sets',
        ['as_of_date', 'unknown_rules', 'shared_rules'],
        'shared_rules',
        'rule_number'
    ) }}
),

answered as (
    select
        met.as_of_date,
        met.unknown_rules,
        met.shared_rules,
        rule_groups.tag_code
    from met
    inner join rule_groups on met.rule_number = rule_groups.rule_number
),

-- Of a tag with several groups another one may be met, or unknown as well.
final as (
    select distinct
        unknown.as_of_date,
        unknown.is_current,
        unknown.unknown_rules,
        unknown.shared_rules,
        unknown.user_count,
        rule_groups.tag_code
    from unknown
    inner join rule_groups on unknown.rule_number = rule_groups.rule_number
    left join answered
        on
            unknown.as_of_date = answered.as_of_date
            and unknown.unknown_rules = answered.unknown_rules
            and unknown.shared_rules = answered.shared_rules
            and rule_groups.tag_code = answered.tag_code
    where answered.tag_code is null
)

select * from final
