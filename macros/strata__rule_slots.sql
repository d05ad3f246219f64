{#
    The conditions of a rule group side by side: the columns of its slots, such as
    number_low_1.
    Arguments: relation, the alias of the conditions, each with its slot, from 1 for
    numbers and from 1 for texts.
    Why wide: one join of people and rule groups then decides, without a row for each
    person and condition.
#}
{% macro strata__rule_slots(relation) %}
    {%- set columns = [] -%}
    {%- for kind, slots in strata__slot_kinds().items() -%}
        {%- for slot in range(1, slots.count + 1) -%}
            {%- for part, source in slots.parts.items() -%}
                {%- do columns.append(
                    ('bool_and(' if part == 'inside' else 'max(') ~ relation ~ '.' ~ source
                    ~ ') filter (where ' ~ relation ~ '.' ~ kind ~ '_position is not null and '
                    ~ relation ~ '.slot = ' ~ slot ~ ') as ' ~ kind ~ '_' ~ part ~ '_' ~ slot
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(columns | join(',\n        ')) -}}
{% endmacro %}
