{#
    The columns of a table with the types that their values have: what a contract calls
    `varchar` or `decimal(18, 2)` is the `text` or `numeric` that a query yields, so that
    an incremental build finds its table unchanged; and arrays have their own types.
    Arguments: relation.
#}
{% macro postgres__get_columns_in_relation(relation) %}
    {%- set found = run_query(
        "select attributes.attname, replace(format_type(coalesce(nullif(types.typbasetype, 0), types.oid), null),"
        ~ " 'character varying', 'text'), null, null, null from pg_attribute as attributes"
        ~ " inner join pg_type as types on attributes.atttypid = types.oid"
        ~ " where attributes.attrelid = to_regclass('" ~ relation ~ "') and attributes.attnum > 0"
        ~ " and not attributes.attisdropped order by attributes.attnum"
    ) -%}
    {{- return(sql_convert_columns_in_relation(found)) -}}
{% endmacro %}
