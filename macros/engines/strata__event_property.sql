{#
    A property of an event as text, by a name that is data: a column of the event, or
    else a key of its JSON; null where it has none.
    Arguments: event, the name of a relation with the columns of core_events; property,
    an expression.
#}
{% macro strata__event_property(event, property) %}
    {%- set columns = [
        'platform', 'page', 'product_id', 'content_id', 'referrer', 'traffic_source',
        'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term',
    ] -%}
    {%- set cases = [] -%}
    {%- for column in columns -%}
        {%- do cases.append("when '" ~ column ~ "' then " ~ event ~ '.' ~ column) -%}
    {%- endfor -%}
    {{- return(
        'case ' ~ property ~ ' ' ~ cases | join(' ') ~ ' else '
        ~ strata__json_text(event ~ '.properties', property) ~ ' end'
    ) -}}
{% endmacro %}
