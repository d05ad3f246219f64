{#
    Whether one condition of a rule holds: true, false, or null where the value is
    absent and the condition therefore is not assessed.
    Arguments: number, text: the value of the feature, one of them null; rule, the alias
    of the relation with operator, low, high and text_value.
#}
{% macro strata__condition_holds(number, text, rule) %}
    {{- return(
        'case ' ~ rule ~ '.operator'
        ~ " when 'gte' then " ~ number ~ ' >= ' ~ rule ~ '.low'
        ~ " when 'gt' then " ~ number ~ ' > ' ~ rule ~ '.low'
        ~ " when 'lte' then " ~ number ~ ' <= ' ~ rule ~ '.high'
        ~ " when 'lt' then " ~ number ~ ' < ' ~ rule ~ '.high'
        ~ " when 'between' then " ~ number ~ ' >= ' ~ rule ~ '.low and '
        ~ number ~ ' <= ' ~ rule ~ '.high'
        ~ " when 'eq' then coalesce(" ~ number ~ ' = ' ~ rule ~ '.low, '
        ~ text ~ ' = ' ~ rule ~ '.text_value)'
        ~ " when 'ne' then coalesce(" ~ number ~ ' != ' ~ rule ~ '.low, '
        ~ text ~ ' != ' ~ rule ~ '.text_value)'
        ~ " when 'is_null' then " ~ number ~ ' is null and ' ~ text ~ ' is null'
        ~ " when 'not_null' then " ~ number ~ ' is not null or ' ~ text ~ ' is not null'
        ~ ' end'
    ) -}}
{% endmacro %}
