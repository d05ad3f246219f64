{#
    A whole row as JSON text.
    Arguments: alias, the name of the relation in the query.
#}
{% macro strata__row_json(alias) %}
    {{- return(adapter.dispatch('strata__row_json', 'strata')(alias)) -}}
{% endmacro %}

{% macro default__strata__row_json(alias) %}
    {{- return('cast(to_json(' ~ alias ~ ') as varchar)') -}}
{% endmacro %}

{% macro postgres__strata__row_json(alias) %}
    {{- return('cast(row_to_json(' ~ alias ~ ') as varchar)') -}}
{% endmacro %}

{% macro spark__strata__row_json(alias) %}
    {{- return('to_json(struct(' ~ alias ~ '.*))') -}}
{% endmacro %}
