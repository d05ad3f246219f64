with credited as (
    select * from {{ ref('metric_touch_values') }}
),

marks as (
    select * from {{ ref('metric_session_marks') }}
),

final as (
    select
        credited.definition_code,
        credited.conversion_kind,
        credited.conversion_key,
        credited.user_key,
        credited.converted_at,
        credited.converted_date,
        credited.model_code,
        credited.touch_number,
        credited.touch_count,
        credited.session_key,
        credited.touched_at,
        credited.channel,
        coalesce(marks.media, '(none)') as media,
        coalesce(marks.ad_content, '(none)') as ad_content,
        coalesce(marks.keyword, '(none)') as keyword,
        coalesce(marks.campaign_id, '(none)') as campaign_id,
        credited.credit,
        credited.value
    from credited
    left join marks on credited.session_key = marks.session_key
)

select * from final
