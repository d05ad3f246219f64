with experiment_assignments as (
    select * from {{ strata__accepted_rows('experiment_assignments') }}
),

final as (
    select
        experiment_assignments.experiment_id,
        experiment_assignments.user_id,
        experiment_assignments.variant,
        experiment_assignments.assigned_at,
        experiment_assignments.weight,
        experiment_assignments.loaded_at
    from experiment_assignments
)

select * from final
