{#
    A statement that drops a table if it stands, and what cannot stand without it.
    Arguments: relation.
#}
{% macro strata__drop_table(relation) %}
    {{- return(adapter.dispatch('strata__drop_table', 'strata')(relation)) -}}
{% endmacro %}

{% macro default__strata__drop_table(relation) %}
    {{- return('drop table if exists ' ~ relation) -}}
{% endmacro %}

{#- A view keeps its table from being dropped; dbt builds it anew after the table. -#}
{% macro postgres__strata__drop_table(relation) %}
    {{- return('drop table if exists ' ~ relation ~ ' cascade') -}}
{% endmacro %}

{#
    Statements that put a table in the place of one of its name.
    Arguments: relation; query, what the new one holds.
#}
{% macro strata__put_table(relation, query) %}
    {{- return(adapter.dispatch('strata__put_table', 'strata')(relation, query)) -}}
{% endmacro %}

{% macro default__strata__put_table(relation, query) %}
    {{- return('create or replace table ' ~ relation ~ ' as ' ~ query) -}}
{% endmacro %}

{% macro postgres__strata__put_table(relation, query) %}
    {{- return(strata__drop_table(relation) ~ '; create table ' ~ relation ~ ' as ' ~ query) -}}
{% endmacro %}
