with feedback as (
    select * from {{ strata__accepted_rows('feedback') }}
),

final as (
    select
        feedback.feedback_id,
        feedback.user_id,
        lower(feedback.kind) as kind,
        feedback.score,
        feedback.submitted_at,
        feedback.channel,
        feedback.topic
    from feedback
)

select * from final
