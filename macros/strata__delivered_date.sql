{#
    The business day on which a row arrived, 1900-01-01 where nothing tells.
    Arguments: arrived_by, an expression of the time of arrival, or none.
#}
{% macro strata__delivered_date(arrived_by) %}
    {{- return(strata__arrived_date(strata__business_time(arrived_by) if arrived_by)) -}}
{% endmacro %}
