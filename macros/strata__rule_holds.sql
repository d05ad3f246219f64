{#
    Whether one condition holds: true, false, or null where the value is absent and the
    condition therefore is not assessed.
    Arguments: vectors, the alias of number_values and text_values; rule, the alias of
    the condition in the form of `tier_review_conditions`; slot, the suffix of its
    columns in a rule group.
    Why an interval: it is compared at once, and a group is one row. What is most common
    is asked first: an empty slot, then bounds.
#}
{% macro strata__rule_holds(vectors, rule, slot='') %}
    {%- set number = strata__element(vectors ~ '.number_values', rule ~ '.number_position' ~ slot) -%}
    {%- set text = strata__element(vectors ~ '.text_values', rule ~ '.text_position' ~ slot) -%}
    {%- set is_within = '(' ~ number ~ ' >= ' ~ rule ~ '.first_value' ~ slot
        ~ ' and ' ~ number ~ ' < ' ~ rule ~ '.after_value' ~ slot ~ ')' -%}
    {{- return(
        'case when ' ~ rule ~ '.form' ~ slot ~ ' is null then true when ' ~ rule ~ '.form' ~ slot
        ~ " = 'inside' then " ~ is_within
        ~ ' else case ' ~ rule ~ '.form' ~ slot
        ~ " when 'outside' then not " ~ is_within
        ~ " when 'same' then " ~ text ~ ' = ' ~ rule ~ '.text_value' ~ slot
        ~ " when 'other' then " ~ text ~ ' != ' ~ rule ~ '.text_value' ~ slot
        ~ " when 'absent' then " ~ number ~ ' is null and ' ~ text ~ ' is null'
        ~ " when 'present' then " ~ number ~ ' is not null or ' ~ text ~ ' is not null'
        ~ ' end end'
    ) -}}
{% endmacro %}

{#
    Whether a rule group holds: all of its conditions, of which there may be four.
    Arguments: vectors, as above; rule, the alias of `tier_rule_groups`.
#}
{% macro strata__group_holds(vectors, rule) %}
    {%- set conditions = [] -%}
    {%- for slot in range(1, 5) -%}
        {%- do conditions.append(strata__rule_holds(vectors, rule, '_' ~ slot)) -%}
    {%- endfor -%}
    {{- return('(' ~ conditions | join(' and ') ~ ')') -}}
{% endmacro %}

{#
    The conditions of a rule group side by side, as aggregates of its rows.
    Arguments: relation, the alias of conditions numbered by `slot`.
#}
{% macro strata__slots(relation) %}
    {%- set columns = [] -%}
    {%- for slot in range(1, 5) -%}
        {%- for name in ['form', 'number_position', 'first_value', 'after_value', 'text_position', 'text_value'] -%}
            {%- do columns.append('max(case when ' ~ relation ~ '.slot = ' ~ slot ~ ' then '
                ~ relation ~ '.' ~ name ~ ' end) as ' ~ name ~ '_' ~ slot) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns | join(', ')) -}}
{% endmacro %}

{#
    The columns that strata__slots makes, by name.
    Arguments: relation, the alias of what has them.
#}
{% macro strata__slot_columns(relation) %}
    {%- set columns = [] -%}
    {%- for slot in range(1, 5) -%}
        {%- for name in ['form', 'number_position', 'first_value', 'after_value', 'text_position', 'text_value'] -%}
            {%- do columns.append(relation ~ '.' ~ name ~ '_' ~ slot) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns | join(', ')) -}}
{% endmacro %}
