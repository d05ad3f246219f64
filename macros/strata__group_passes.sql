{#
    Whether all conditions of a rule group have at least a grade: 2 met, 1 met or not
    assessed. A slot without a condition passes.
    Arguments: vector, the alias with number_values and text_values; rule_group, the
    alias with the slots; grade.
    Why two expressions and not a grade to compare: the database stops at the first
    condition that fails, and nearly all fail.
#}
{% macro strata__group_passes(vector, rule_group, grade) %}
    {%- set conditions = [] -%}
    {%- for kind, slots in strata__slot_kinds().items() -%}
        {%- for slot in range(1, slots.count + 1) -%}
            {%- set part = {} -%}
            {%- for name in slots.parts -%}
                {%- do part.update({name: rule_group ~ '.' ~ kind ~ '_' ~ name ~ '_' ~ slot}) -%}
            {%- endfor -%}
            {%- set value = strata__element(vector ~ '.' ~ kind ~ '_values', part.position) -%}
            {%- set is_inside = value ~ ' between ' ~ part.low ~ ' and ' ~ part.high
                if kind == 'number' else value ~ ' = ' ~ part.value -%}
            {%- do conditions.append(
                '(' ~ part.position ~ ' is null or coalesce((' ~ is_inside ~ ') = ' ~ part.inside
                ~ ', ' ~ part.absent ~ ' >= ' ~ grade ~ '))'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return('(' ~ conditions | join('\n        and ') ~ ')') -}}
{% endmacro %}
