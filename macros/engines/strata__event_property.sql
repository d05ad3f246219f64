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

{#
    The value of a key of a JSON object as text; null where it is absent or the text is
    no JSON.
    Arguments: json, a text; key, an expression.
#}
{% macro strata__json_text(json, key) %}
    {{- return(adapter.dispatch('strata__json_text', 'strata')(json, key)) -}}
{% endmacro %}

{% macro default__strata__json_text(json, key) %}
    {%- do exceptions.raise_compiler_error(
        'Strata: keys of JSON that are data are not built for ' ~ target.type
        ~ ' yet, so filters on properties need the target duckdb.') -%}
{% endmacro %}

{% macro duckdb__strata__json_text(json, key) %}
    {{- return(
        'case when json_valid(' ~ json ~ ') then json_extract_string(' ~ json
        ~ ", '$.\"' || " ~ key ~ " || '\"') end"
    ) -}}
{% endmacro %}
