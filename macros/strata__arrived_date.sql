{#
    The day on which a row arrived, 1900-01-01 where nothing tells.
    Arguments: arrived_by, an expression of the time of arrival, or none.
#}
{% macro strata__arrived_date(arrived_by) %}
    {%- set never = "cast('1900-01-01' as date)" -%}
    {{- return('coalesce(cast(' ~ arrived_by ~ ' as date), ' ~ never ~ ')' if arrived_by else never) -}}
{% endmacro %}
