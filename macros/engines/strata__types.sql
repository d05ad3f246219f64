{#
    The engine's name of a contract type.
    Arguments: data_type, one of text, decimal, double, timestamp, date, bigint, boolean.
    Returns: a type, e.g. `decimal(18, 2)` for decimal.
#}
{% macro strata__type(data_type) %}
    {{- return(adapter.dispatch('strata__type', 'strata')(data_type)) -}}
{% endmacro %}

{% macro default__strata__type(data_type) %}
    {%- set names = {'text': 'varchar', 'decimal': 'decimal(18, 2)'} -%}
    {{- return(names.get(data_type, data_type)) -}}
{% endmacro %}

{% macro postgres__strata__type(data_type) %}
    {%- set names = {'double': 'double precision'} -%}
    {{- return(names.get(data_type, default__strata__type(data_type))) -}}
{% endmacro %}

{% macro spark__strata__type(data_type) %}
    {%- set names = {'text': 'string', 'varchar': 'string'} -%}
    {{- return(names.get(data_type, default__strata__type(data_type))) -}}
{% endmacro %}
