-- What do people do in their first week who are still there weeks later? A list of what
-- to try in an experiment: whoever does more of one thing does more of everything.
with activation as (
    select * from {{ ref('metric_activation') }}
),

behaviours as (
    select * from {{ ref('stg_strata__activation_behaviours') }}
),

final as (
    select
        activation.definition_code,
        activation.behaviour_rank,
        behaviours.label_en,
        activation.reach_rate,
        activation.with_retention_rate,
        activation.without_retention_rate,
        activation.lift,
        activation.impact
    from activation
    inner join behaviours on activation.behaviour_code = behaviours.behaviour_code
    where activation.is_certain
)

select * from final
order by final.definition_code, final.behaviour_rank
