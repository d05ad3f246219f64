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

{#- As DuckDB writes it: all digits of 0.0001 to 1e16, else 1.5e17, 1e-05, inf. -#}
{% macro spark__strata__number_text(expression) %}
    {%- set text = 'cast(cast(' ~ expression ~ ' as double) as string)' -%}
    {{- return(
        'case when abs(' ~ expression ~ ') >= 1e-4 and abs(' ~ expression ~ ') < 1e16 then regexp_replace(cast(cast('
        ~ text ~ " as decimal(38, 20)) as string), '[.]?0*$', '') when " ~ expression
        ~ " = 0 then '0' else regexp_replace(replace(replace(replace(" ~ text
        ~ ", '.0E', 'e'), 'E', 'e'), 'Infinity', 'inf'), 'e-([0-9])$', 'e-0$1') end"
    ) -}}
{% endmacro %}
