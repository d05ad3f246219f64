{#
    Whether a condition on a property of an event holds; one that is absent equals
    nothing and contains nothing.
    Arguments: properties, a text expression; condition, the alias of its row, with
    property, operator and text_value.
#}
{% macro strata__property_holds(properties, condition) %}
    {%- set value = strata__json_text(properties, condition ~ '.property') -%}
    {%- set wanted = condition ~ '.text_value' -%}
    {%- set contains = 'coalesce(position(lower(' ~ wanted ~ ') in lower(' ~ value ~ ')) > 0, false)' -%}
    {{- return(
        'case ' ~ condition ~ '.operator'
        ~ " when 'eq' then coalesce(" ~ value ~ ' = ' ~ wanted ~ ', false)'
        ~ " when 'ne' then coalesce(" ~ value ~ ' != ' ~ wanted ~ ', true)'
        ~ " when 'contains' then " ~ contains
        ~ " when 'not_contains' then not " ~ contains
        ~ " when 'is_null' then " ~ value ~ ' is null'
        ~ " when 'not_null' then " ~ value ~ ' is not null end'
    ) -}}
{% endmacro %}
