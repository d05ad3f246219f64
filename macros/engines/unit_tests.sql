{#
    What dbt needs to run unit tests on PostgreSQL: it names a table after the test,
    and many names are longer than the 63 characters that the engine takes; it
    does not know how an array is written; and it compares what is printed, where 2 is
    not 2.00.
#}
{% materialization unit, adapter='postgres' %}
    {%- set tested, rows = api.Relation.create(identifier='strata_unit_test'), config.get('expected_rows') -%}
    {%- do run_query('drop table if exists pg_temp.strata_unit_test; create temporary table strata_unit_test as '
        ~ get_empty_subquery_sql(sql)) -%}
    {%- set types, quoted, names = {}, {}, [] -%}
    {%- for column in adapter.get_columns_in_relation(tested) -%}
        {%- do types.update({column.name: column.data_type}) -%}
        {%- do quoted.update({column.name: column.quoted}) -%}
    {%- endfor -%}
    {%- for name in (rows[0] if rows else types) -%}
        {%- set column = quoted[name | lower] -%}
        {%- do names.append('trim_scale(' ~ column ~ ') as ' ~ column
            if types[name | lower].startswith('numeric') else column) -%}
    {%- endfor -%}
    {%- set expected = config.get('expected_sql') or get_expected_sql(rows, types, quoted) -%}
    {%- call statement('main', fetch_result=true) -%} {{ get_unit_test_sql(sql, expected, names) }} {%- endcall -%}
    {{- return({'relations': []}) -}}
{% endmaterialization %}

{#- An array comes as a list of the YAML, or as the text of one. -#}
{% macro postgres__safe_cast(field, type) %}
    {%- if field is sequence and field is not string -%}
        {%- set values = [] -%}
        {%- for value in field -%}
            {%- do values.append(dbt.string_literal(value) if value is string else value) -%}
        {%- endfor -%}
        {%- set field = strata__array(values) -%}
    {%- elif type.endswith('[]') -%}
        {%- set field = "translate(" ~ field ~ ", '[]', '{}')" -%}
    {%- endif -%}
    {{- return('cast(' ~ field ~ ' as ' ~ type ~ ')') -}}
{% endmacro %}
