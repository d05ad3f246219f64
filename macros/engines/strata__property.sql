{#
    The text of a property in the JSON of an event; null where there is none, or where
    the JSON cannot be read.
    Arguments: properties, a text expression; name, a text expression.
#}
{% macro strata__property(properties, name) %}
    {{- return(adapter.dispatch('strata__property', 'strata')(properties, name)) -}}
{% endmacro %}

{% macro default__strata__property(properties, name) %}
    {%- do exceptions.raise_compiler_error(
        'Strata: properties of events are not read on ' ~ target.type
        ~ ' yet; leave out the rules that name one.') -%}
{% endmacro %}

{% macro duckdb__strata__property(properties, name) %}
    {{- return(
        'case when json_valid(' ~ properties ~ ') then json_extract_string('
        ~ properties ~ ", '$.\"' || " ~ name ~ " || '\"') end"
    ) -}}
{% endmacro %}
