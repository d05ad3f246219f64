with touched as (
    select * from {{ ref('tag_touched_users') }}
),

verdicts as (
    select verdicts.*
    from {{ strata__touched(
        ref('tag_user_verdicts'),
        ref('tag_touched_users'),
        ['user_key'],
        'tag_user_tags'
    ) }} as verdicts
    left join touched on verdicts.user_key = touched.user_key
    where
        touched.from_date is null
        or {{ strata__add_days('verdicts.as_of_date', 1) }} >= touched.from_date
),

rule_groups as (
    select * from {{ ref('tag_rule_groups') }}
),

earlier as (
    select * from {{ ref('tag_earlier_tags') }}
),

compared as (
    select
        verdicts.*,
        lag(verdicts.met_rules) over (
            partition by verdicts.user_key order by verdicts.as_of_date
        ) as previous_rules
    from verdicts
),

-- Snapshots in a row that meet the same rules are one.
spans as (
    select
        compared.user_key,
        compared.met_rules,
        {{ strata__add_days('compared.as_of_date', 1) }} as valid_from,
        {{ strata__add_days(
            'lead(compared.as_of_date) over (partition by compared.user_key'
            ~ ' order by compared.as_of_date)',
            1
        ) }} as valid_to
    from compared
    where
        compared.previous_rules is null
        or compared.met_rules != compared.previous_rules
),

met as (
    select * from {{ strata__unnested(
        'spans', ['user_key', 'valid_from', 'valid_to'], 'met_rules', 'rule_number'
    ) }}
),

-- Of a choice the first tag by priority, of a tag the first group.
chosen as (
    select
        met.user_key,
        met.valid_from,
        met.valid_to,
        min(met.rule_number) as rule_number
    from met
    inner join rule_groups on met.rule_number = rule_groups.rule_number
    group by met.user_key, met.valid_from, met.valid_to, rule_groups.choice
),

firsts as (
    select
        verdicts.user_key,
        min(verdicts.as_of_date) as first_date
    from verdicts
    group by verdicts.user_key
),

-- What held before the first snapshot to tell anew lasts at least until that one.
pieces as (
    select
        chosen.user_key,
        rule_groups.tag_code,
        rule_groups.rule_group,
        chosen.valid_from,
        coalesce(chosen.valid_to, cast('9999-12-31' as date)) as valid_to,
        cast(null as varchar) as evidence
    from chosen
    inner join rule_groups on chosen.rule_number = rule_groups.rule_number
    union all
    select
        earlier.user_key,
        earlier.tag_code,
        earlier.rule_group,
        earlier.valid_from,
        coalesce(
            {{ strata__add_days('firsts.first_date', 1) }}, cast('9999-12-31' as date)
        ) as valid_to,
        earlier.evidence
    from earlier
    left join firsts on earlier.user_key = firsts.user_key
),

followed as (
    select
        pieces.*,
        lag(pieces.valid_to) over (
            partition by pieces.user_key, pieces.tag_code order by pieces.valid_from
        ) as previous_to
    from pieces
),

numbered as (
    select
        followed.*,
        count(case when followed.previous_to = followed.valid_from then null else 1 end)
            over (
                partition by followed.user_key, followed.tag_code
                order by followed.valid_from
                rows between unbounded preceding and current row
            ) as interval_number
    from followed
),

final as (
    select
        numbered.user_key,
        numbered.tag_code,
        {{ strata__first_by('numbered.rule_group', ['numbered.valid_from']) }}
            as rule_group,
        min(numbered.valid_from) as valid_from,
        max(numbered.valid_to) as valid_to,
        max(numbered.evidence) as evidence
    from numbered
    group by numbered.user_key, numbered.tag_code, numbered.interval_number
)

select * from final
