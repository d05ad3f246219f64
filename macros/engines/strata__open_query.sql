{#
    What an engine is told before a model or a data test, in its transaction.
#}
{% macro strata__open_query() %}
    {{- return(adapter.dispatch('strata__open_query', 'strata')()) -}}
{% endmacro %}

{% macro default__strata__open_query() %}
    {{- return('') -}}
{% endmacro %}

{#-
    Behind views upon views the engine guesses that a step has one row, and would look at
    each row of the next step for each of its own, or at each with the same rule. A join
    by hashes is by all columns, however many rows there are.
-#}
{% macro postgres__strata__open_query() %}
    {{- return('set local enable_nestloop = off; set local enable_mergejoin = off') -}}
{% endmacro %}

{% macro postgres__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}
    {{ strata__open_query() }};
    {{ default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) }}
{% endmacro %}
