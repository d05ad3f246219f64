{#
    Whether a visit, or a day of it, counts as engaged: a conversion, or enough events
    or seconds for its platform.
    Arguments: visit, alias with has_conversion, event_count and duration_seconds;
    platform, alias of its row of core_platforms.
#}
{% macro strata__is_engaged(visit, platform) %}
    {{- return(
        '(' ~ visit ~ '.has_conversion'
        ~ ' or ' ~ visit ~ '.event_count >= ' ~ platform ~ '.engaged_event_count'
        ~ ' or ' ~ visit ~ '.duration_seconds >= ' ~ platform ~ '.engaged_seconds)'
    ) -}}
{% endmacro %}
