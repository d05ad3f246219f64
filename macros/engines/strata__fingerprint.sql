{#
    An aggregate that tells one set of rows from another, whatever their order; two
    equal rows do not cancel out.
    Arguments: columns, a list of expressions.
#}
{% macro strata__fingerprint(columns) %}
    {{- return(adapter.dispatch('strata__fingerprint', 'strata')(columns)) -}}
{% endmacro %}

{% macro default__strata__fingerprint(columns) %}
    {{- return('cast(sum(hash(' ~ columns | join(', ') ~ ')) as varchar)') -}}
{% endmacro %}

{% macro postgres__strata__fingerprint(columns) %}
    {{- return(
        'cast(sum(hashtextextended(cast(row(' ~ columns | join(', ') ~ ') as text), 0)) as varchar)'
    ) -}}
{% endmacro %}

{% macro spark__strata__fingerprint(columns) %}
    {{- return(
        'cast(sum(cast(xxhash64(' ~ columns | join(', ') ~ ') as decimal(38, 0))) as string)'
    ) -}}
{% endmacro %}
