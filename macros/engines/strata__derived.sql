{#
    A query to select from, with or without an alias behind it.
    Arguments: query.
#}
{% macro strata__derived(query) %}
    {{- return(adapter.dispatch('strata__derived', 'strata')(query)) -}}
{% endmacro %}

{% macro default__strata__derived(query) %}
    {{- return('(' ~ query ~ ')') -}}
{% endmacro %}

{#-
    Before version 16 a query must have an alias, and a joined table need not: this one
    is joined with a row without columns, which the planner leaves out.
-#}
{% macro postgres__strata__derived(query) %}
    {{- return('((' ~ query ~ ') as derived cross join (select) as one_row)') -}}
{% endmacro %}
