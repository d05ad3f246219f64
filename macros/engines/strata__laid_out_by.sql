{#
    The clause that ends a query whose rows should lie by a column, so that a reader of
    a few values of it reads little of the table; empty where the engine does not
    keep the order of a table.
    Arguments: column.
#}
{% macro strata__laid_out_by(column) %}
    {{- return(adapter.dispatch('strata__laid_out_by', 'strata')(column)) -}}
{% endmacro %}

{% macro default__strata__laid_out_by(column) %}
    {{- return('') -}}
{% endmacro %}

{% macro duckdb__strata__laid_out_by(column) %}
    {{- return('order by ' ~ column) -}}
{% endmacro %}
