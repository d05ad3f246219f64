{#
    A double as a person writes it: without a trailing point and zero.
    Arguments: expression.
#}
{% macro strata__number_text(expression) %}
    {{- return(adapter.dispatch('strata__number_text', 'strata')(expression)) -}}
{% endmacro %}

{% macro default__strata__number_text(expression) %}
    {{- return("regexp_replace(cast(" ~ expression ~ " as varchar), '[.]0$', '')") -}}
{% endmacro %}

{#-
    As DuckDB writes it: 1e16 and inf where PostgreSQL writes 1e+16 and Infinity, and
    all digits below 1e16.
-#}
{% macro postgres__strata__number_text(expression) %}
    {{- return(
        'case when abs(' ~ expression ~ ') >= 1e15 and abs(' ~ expression ~ ') < 1e16 then'
        ~ ' cast(cast(' ~ expression ~ ' as bigint) as varchar) else replace(replace(cast(cast('
        ~ expression ~ " as double precision) as varchar), 'e+', 'e'), 'Infinity', 'inf') end"
    ) -}}
{% endmacro %}
