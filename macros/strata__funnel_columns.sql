{#
    One expression for each step that a funnel may have, separated by commas.
    Arguments: template, with # in place of the number of the step.
#}
{% macro strata__funnel_columns(template) %}
    {%- set columns = [] -%}
    {%- for step in range(1, strata__funnel_length() + 1) -%}
        {%- do columns.append(template | replace('#', step | string)) -%}
    {%- endfor -%}
    {{- return(columns | join(', ')) -}}
{% endmacro %}

{#
    How many steps a funnel may have.
    Why a number and no variable: each step is a column of metric_funnel_users.
#}
{% macro strata__funnel_length() %}
    {{- return(10) -}}
{% endmacro %}
