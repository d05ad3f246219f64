{#
    What form a condition takes, so that rules of all operators are compared alike.
    Arguments: rule, the alias of a relation with operator and text_value.
    Returns: inside or outside of bounds, same as or other than a text, absent, present.
#}
{% macro strata__rule_form(rule) %}
    {{- return(
        'case'
        ~ ' when ' ~ rule ~ ".operator = 'is_null' then 'absent'"
        ~ ' when ' ~ rule ~ ".operator = 'not_null' then 'present'"
        ~ ' when ' ~ rule ~ ".operator = 'ne' and " ~ rule ~ ".text_value is not null then 'other'"
        ~ ' when ' ~ rule ~ ".operator = 'ne' then 'outside'"
        ~ ' when ' ~ rule ~ ".text_value is not null then 'same'"
        ~ " else 'inside' end"
    ) -}}
{% endmacro %}
