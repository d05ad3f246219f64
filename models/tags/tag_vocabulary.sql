with features as (
    select * from {{ ref('stg_strata__features') }}
),

programs as (
    select * from {{ ref('stg_strata__programs') }}
),

positions as (
    {{ strata__feature_positions(['feat_user_snapshots', 'score_user_features']) }}
),

measured as (
    select
        features.feature_code,
        positions.value_type,
        positions.position,
        features.feature_layer,
        features.label_en,
        features.label_zh
    from features
    inner join positions on features.feature_code = positions.feature_code
),

-- The tiers stand behind all other texts, in the order of the programs.
final as (
    select
        measured.feature_code,
        measured.value_type,
        measured.position,
        measured.feature_layer,
        measured.label_en,
        measured.label_zh
    from measured
    union all
    select
        'tier_' || programs.program_code as feature_code,
        'text' as value_type,
        row_number() over (order by programs.program_code) + (
            select coalesce(max(positions.position), 0)
            from positions
            where positions.value_type = 'text'
        ) as position,
        'tier' as feature_layer,
        programs.label_en,
        programs.label_zh
    from programs
)

select * from final
