{#
    Whether a value fulfils a condition of a rule; a value that is absent fulfils
    only `is_null`, `ne` and `not_contains`.
    Arguments: value, a text expression; rule, the alias of the condition.
#}
{% macro strata__condition_holds(value, rule) %}
    {%- set wanted = rule ~ '.property_value' -%}
    {%- set number = strata__try_cast(value, 'double') -%}
    {%- set limit = strata__try_cast(wanted, 'double') -%}
    {%- set within = 'position(lower(' ~ wanted ~ ') in lower(' ~ value ~ '))' -%}
    {{- return(
        'coalesce(case ' ~ rule ~ '.operator'
        ~ " when 'eq' then " ~ value ~ ' = ' ~ wanted
        ~ " when 'ne' then coalesce(" ~ value ~ ' != ' ~ wanted ~ ', true)'
        ~ " when 'contains' then " ~ within ~ ' > 0'
        ~ " when 'not_contains' then coalesce(" ~ within ~ ' = 0, true)'
        ~ " when 'gte' then " ~ number ~ ' >= ' ~ limit
        ~ " when 'gt' then " ~ number ~ ' > ' ~ limit
        ~ " when 'lte' then " ~ number ~ ' <= ' ~ limit
        ~ " when 'lt' then " ~ number ~ ' < ' ~ limit
        ~ " when 'is_null' then " ~ value ~ ' is null'
        ~ " when 'not_null' then " ~ value ~ ' is not null'
        ~ ' end, false)'
    ) -}}
{% endmacro %}
