{#
    Whether a visit, or a day of it, counts as engaged: a conversion, or enough events
    or seconds for its platform.
    Arguments: visit, alias with has_conversion, event_count and duration_seconds;
    platform, alias of its row of strata__platforms; fallback, alias of the default row.
#}
{% macro strata__is_engaged(visit, platform, fallback) %}
    {{- return(
        '(' ~ visit ~ '.has_conversion'
        ~ ' or ' ~ visit ~ '.event_count >= coalesce(' ~ platform
        ~ '.engaged_event_count, ' ~ fallback ~ '.engaged_event_count)'
        ~ ' or ' ~ visit ~ '.duration_seconds >= coalesce(' ~ platform
        ~ '.engaged_seconds, ' ~ fallback ~ '.engaged_seconds))'
    ) -}}
{% endmacro %}
