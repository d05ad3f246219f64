{#
    Whether a model continues its table in this run instead of building it anew.
    Arguments: name, of an incremental model; none for the model itself.
    Returns: a boolean; false in unit tests, which start from nothing.
#}
{% macro strata__continues(name=none) %}
    {%- if not execute or model.resource_type != 'model' -%} {{- return(false) -}} {%- endif -%}
    {%- if name is none -%} {{- return(is_incremental()) -}} {%- endif -%}
    {%- if flags.FULL_REFRESH -%} {{- return(false) -}} {%- endif -%}
    {%- set node = graph.nodes['model.strata.' ~ name] -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias) is not none) -}}
{% endmacro %}
