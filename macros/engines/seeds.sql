{#
    Seeds are made anew by every build. dbt empties the table that stands and fills it
    again, so that a seed with another column than before stopped a build with words of
    the engine about a CSV file. In the transaction of the seed nobody sees it missing.
    On PostgreSQL a table takes its views with it, so it is left to dbt there.
#}
{% macro duckdb__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {%- do adapter.drop_relation(old_relation) -%}
    {{- return(create_csv_table(model, agate_table)) -}}
{% endmacro %}
