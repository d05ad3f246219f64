{#
    A model as the last settled build left it, or an empty query of its columns.
    Arguments: name, of a model that is kept at each settlement (see strata__settle).
#}
{% macro strata__settled(name) %}
    {%- if not execute -%} {{- return('(select 1)') -}} {%- endif -%}
    {%- set relation = strata__state(name) -%}
    {%- if relation is not none -%} {{- return(relation) -}} {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in graph.nodes['model.strata.' ~ name].columns.values() -%}
        {%- do columns.append('cast(null as ' ~ strata__type(column.data_type) ~ ') as ' ~ column.name) -%}
    {%- endfor -%}
    {{- return(strata__derived('select ' ~ columns | join(', ') ~ ' where false')) -}}
{% endmacro %}
