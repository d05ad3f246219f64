with vectors as (
    select * from {{ strata__touched(
        ref('tag_user_vectors'),
        ref('tag_touched_snapshots'),
        ['user_key', 'as_of_date']
    ) }}
),

rule_groups as (
    select * from {{ ref('tag_rule_groups') }}
),

-- One join of people and rule groups; what fails a condition leaves it at once. A
-- person whom no group fits, or may be assessed by, stays, with nothing.
met as (
    select
        vectors.user_key,
        vectors.as_of_date,
        rule_groups.rule_number
    from vectors
    left join rule_groups
        on
            vectors.as_of_date >= rule_groups.valid_from
            and vectors.as_of_date < rule_groups.valid_to
            and {{ strata__group_holds('vectors', 'rule_groups') }}
            and coalesce(
                position(rule_groups.consent_purpose in vectors.refused_purposes), 0
            ) = 0
),

final as (
    select
        met.user_key,
        met.as_of_date,
        {{ strata__number_list('met.rule_number', 'met.rule_number is not null') }}
            as met_rules
    from met
    group by met.user_key, met.as_of_date
)

select * from final
