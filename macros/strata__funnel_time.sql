{#
    The time of a step of an attempt by its number.
    Arguments: attempt, the alias of a relation with step_1_at and so on; step_number.
#}
{% macro strata__funnel_time(attempt, step_number) %}
    {%- set cases = [] -%}
    {%- for step in range(1, strata__funnel_length() + 1) -%}
        {%- do cases.append('when ' ~ step ~ ' then ' ~ attempt ~ '.step_' ~ step ~ '_at') -%}
    {%- endfor -%}
    {{- return('case ' ~ step_number ~ ' ' ~ cases | join(' ') ~ ' end') -}}
{% endmacro %}
