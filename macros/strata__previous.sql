{#
    A model as the last build left it, or an empty query of its columns where it does
    not stand yet or is built anew. For what must know how things were before this build changes them;
    such a model is built before the one it looks at.
    Arguments: name, of a model whose columns have data types in its YAML.
    Why not ref: the model looked at is built later, and a graph has no cycles.
#}
{% macro strata__previous(name) %}
    {%- if not execute -%} {{- return('(select 1)') -}} {%- endif -%}
    {%- set node = graph.nodes['model.strata.' ~ name] -%}
    {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
    {%- set meta = node.config.get('meta', {}) -%}
    {%- set is_anew = flags.FULL_REFRESH and not (meta.get('is_ledger') or meta.get('images_of')) -%}
    {%- if relation is not none and not is_anew -%} {{- return(relation) -}} {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in node.columns.values() -%}
        {%- do columns.append('cast(null as ' ~ strata__type(column.data_type) ~ ') as ' ~ column.name) -%}
    {%- endfor -%}
    {{- return(strata__derived('select ' ~ columns | join(', ') ~ ' where false')) -}}
{% endmacro %}
