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
-- person whom no group fits stays, with nothing.
passed as (
    select
        vectors.user_key,
        vectors.as_of_date,
        rule_groups.rule_number,
        {{ strata__group_passes('vectors', 'rule_groups', 2) }} as is_met
    from vectors
    left join rule_groups
        on
            vectors.as_of_date >= rule_groups.valid_from
            and vectors.as_of_date < rule_groups.valid_to
            and {{ strata__group_passes('vectors', 'rule_groups', 1) }}
),

final as (
    select
        passed.user_key,
        passed.as_of_date,
        {{ strata__number_list(
            'passed.rule_number', 'passed.rule_number is not null and passed.is_met'
        ) }} as met_rules,
        {{ strata__number_list(
            'passed.rule_number', 'passed.rule_number is not null and not passed.is_met'
        ) }} as open_rules
    from passed
    group by passed.user_key, passed.as_of_date
)

select * from final
