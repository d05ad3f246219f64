{#
    How Spark makes our models. A plain Parquet table can neither be changed by key nor put
    in the place of another within a transaction, so every model is made anew in every
    build: the one that stands is dropped, then its rows are written. What it may hold is
    what its contract says, and Spark refuses what does not fit. A view is a table, too:
    Spark would work it out again at each place that names it.
#}
{% materialization view, adapter='spark' %}
    {{- return({'relations': [strata__spark_table(sql)]}) -}}
{% endmaterialization %}

{% materialization table, adapter='spark' %}
    {{- return({'relations': [strata__spark_table(sql)]}) -}}
{% endmaterialization %}

{% materialization incremental, adapter='spark' %}
    {{- return({'relations': [strata__spark_table(sql)]}) -}}
{% endmaterialization %}

{% macro strata__spark_table(sql) %}
    {%- set table, query, types = this.incorporate(type='table'), strata__spark_sql(sql), [] -%}
    {{- run_hooks(pre_hooks) -}}
    {%- do strata__spark_drop_other(table) -%}
    {%- do run_query('drop table if exists ' ~ table) -%}
    {%- if config.get('contract').enforced -%}
        {%- for column in model.columns.values() -%}
            {%- do types.append(adapter.quote(column.name) ~ ' ' ~ strata__spark_sql(column.data_type)) -%}
        {%- endfor -%}
        {%- do run_query('create table ' ~ table ~ ' (' ~ types | join(', ') ~ ') using parquet') -%}
        {%- call statement('main') -%} insert into {{ table }} {{ get_select_subquery(query) }} {%- endcall -%}
    {%- else -%}
        {%- call statement('main') -%} create table {{ table }} using parquet as {{ query }} {%- endcall -%}
    {%- endif -%}
    {{- run_hooks(post_hooks) -}}
    {{- return(table) -}}
{% endmacro %}

{#- A table in the place of a view, or the other way round. -#}
{% macro strata__spark_drop_other(relation) %}
    {%- set standing = load_cached_relation(this) -%}
    {%- if standing is not none and standing.type != relation.type -%} {%- do adapter.drop_relation(standing) -%} {%- endif -%}
{% endmacro %}

{#
    SQL of the models as Spark reads it: a type of text without a length is a string, an
    array is named before its elements, a name is quoted by backticks, the day of the week
    has another name, and nothing can be said of when a step is worked out.
    Why here and not in the models: two words of one meaning, and no third that all engines
    know.
    Arguments: sql.
#}
{% macro strata__spark_sql(sql) %}
    {%- set sql = modules.re.sub('\\bvarchar\\b(?![ (]*[0-9])', 'string', sql) -%}
    {%- set sql = modules.re.sub('\\b(string|bigint|double)( precision)?\\[\\]', 'array<\\1>', sql) -%}
    {%- set sql = modules.re.sub('\\barray\\[([^]]*)\\]', 'array(\\1)', sql) -%}
    {%- set sql = modules.re.sub('( as |\\.)"([a-z_]+)"', '\\1`\\2`', sql) -%}
    {{- return(sql | replace(' as materialized (', ' as (') | replace('extract(isodow ', 'extract(dow_iso ')) -}}
{% endmacro %}

{% macro spark__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}
    {{- default__get_test_sql(strata__spark_sql(main_sql), fail_calc, warn_if, error_if, limit) -}}
{% endmacro %}

{% materialization unit, adapter='spark' %}
    {%- set rows, query = config.get('expected_rows'), strata__spark_sql(sql) -%}
    {%- set types, quoted, names = {}, {}, [] -%}
    {%- for column in adapter.get_column_schema_from_query(get_empty_subquery_sql(query)) -%}
        {%- do types.update({column.name | lower: column.dtype}) -%}
        {%- do quoted.update({column.name | lower: adapter.quote(column.name)}) -%}
    {%- endfor -%}
    {%- for name in (rows[0] if rows else types) -%} {%- do names.append(quoted[name | lower]) -%} {%- endfor -%}
    {%- set expected = config.get('expected_sql') or get_expected_sql(rows, types, quoted) -%}
    {%- call statement('main', fetch_result=true) -%} {{ get_unit_test_sql(query, expected, names) }} {%- endcall -%}
    {{- return({'relations': []}) -}}
{% endmaterialization %}

{#- An array comes as a list of the YAML, or as the text of one. -#}
{% macro spark__safe_cast(field, type) %}
    {%- if field is sequence and field is not string -%}
        {%- set values = [] -%}
        {%- for value in field -%}
            {%- do values.append(dbt.string_literal(value) if value is string else value) -%}
        {%- endfor -%}
        {%- set field = strata__array(values) -%}
    {%- elif type.startswith('array') and field != 'null' -%}
        {%- set values = [] -%}
        {%- for value in field[2:-2].split(',') if value | trim -%}
            {%- do values.append('null' if value | trim | lower == 'null' else dbt.string_literal(value | replace('"', '') | trim)) -%}
        {%- endfor -%}
        {%- set field = strata__array(values) -%}
    {%- endif -%}
    {{- return('cast(' ~ field ~ ' as ' ~ type ~ ')') -}}
{% endmacro %}

{#- A backslash is itself in our sessions, so a quote is doubled. -#}
{% macro spark__escape_single_quotes(expression) %}
    {{- return(expression | replace("'", "''")) -}}
{% endmacro %}

{#- The adapter writes a null of a seed as the text None, and does not expect quotes in it. -#}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = model.config.column_types.get(name) or adapter.convert_type(agate_table, loop.index0) -%}
        {%- do columns.append(name ~ ' ' ~ strata__spark_sql(type)) -%}
    {%- endfor -%}
    {%- set create = 'create table ' ~ this ~ ' (' ~ columns | join(', ') ~ ') using parquet' -%}
    {%- do run_query(create) -%}
    {{- return(create) -}}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [] -%}
        {%- for name in agate_table.column_names -%}
            {%- set type = model.config.column_types.get(name) or adapter.convert_type(agate_table, loop.index0) -%}
            {%- set value = 'null' if row[name] is none else dbt.string_literal(dbt.escape_single_quotes(row[name] | string)) -%}
            {%- do values.append('cast(' ~ value ~ ' as ' ~ strata__spark_sql(type) ~ ')') -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- if not rows -%} {{- return('select 1') -}} {%- endif -%}
    {%- set insert = 'insert into ' ~ this ~ ' values ' ~ rows | join(', ') -%}
    {%- do run_query(insert) -%}
    {{- return(insert) -}}
{% endmacro %}
