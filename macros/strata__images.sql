{#
    Statements that write a whole table into the log of its images (a model whose
    `meta.images_of` names it), before the table is dropped or built anew.
    Arguments: name, of the model; relation, its table.
    Returns: a list, empty where nobody logs the model or the log is not there yet.
#}
{% macro strata__images(name, relation) %}
    {%- set statements = [] -%}
    {%- for node in graph.nodes.values() if node.config.get('meta', {}).get('images_of') == name -%}
        {%- set log = adapter.get_relation(node.database, node.schema, node.alias) -%}
        {%- if log is not none -%}
            {%- set columns = [] -%}
            {%- for column in adapter.get_columns_in_relation(log)
                if column.name not in ('run_number', 'is_whole', 'is_standing') -%}
                {%- do columns.append(column.name) -%}
            {%- endfor -%}
            {%- do statements.append(
                'insert into ' ~ log ~ ' (run_number, is_whole, is_standing, ' ~ columns | join(', ')
                ~ ') select (select coalesce(max(run_number), 0) + 1 from ' ~ log ~ '), true, true, '
                ~ columns | join(', ') ~ ' from ' ~ relation) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(statements) -}}
{% endmacro %}
