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
-- person whom no group fits, or may be assessed by, stays, with nothing. A group is
-- unknown where no condition fails and some are unknown, and where the person refused
-- the consent that it asks for.
judged as (
    select
        vectors.user_key,
        vectors.as_of_date,
        rule_groups.rule_number,
        rule_groups.is_only_group,
        coalesce(
            {{ strata__group_holds('vectors', 'rule_groups') }}
            and coalesce(
                position(rule_groups.consent_purpose in vectors.refused_purposes), 0
            ) = 0,
            false
        ) as is_met
    from vectors
    left join rule_groups
        on
            vectors.as_of_date >= rule_groups.valid_from
            and vectors.as_of_date < rule_groups.valid_to
            and (
                coalesce({{ strata__group_holds('vectors', 'rule_groups') }}, true)
                or position(rule_groups.consent_purpose in vectors.refused_purposes) > 0
            )
),

final as (
    select
        judged.user_key,
        judged.as_of_date,
        {{ strata__number_list(
            'judged.rule_number', 'judged.is_met and judged.rule_number is not null'
        ) }} as met_rules,
        {{ strata__number_list(
            'judged.rule_number', 'judged.is_met and not judged.is_only_group'
        ) }} as shared_rules,
        {{ strata__number_list(
            'judged.rule_number', 'judged.rule_number is not null and not judged.is_met'
        ) }} as unknown_rules
    from judged
    group by judged.user_key, judged.as_of_date
)

select * from final
