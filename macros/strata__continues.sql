{#
    Whether a model continues its table in this run instead of building it anew.
    Arguments: name, of an incremental model, or a list of names, all of which must be
    continued; none for the model itself.
    Returns: a boolean; false in unit tests, which start from nothing.
#}
{% macro strata__continues(name=none) %}
    {%- if not execute or model.resource_type != 'model' -%} {{- return(false) -}} {%- endif -%}
    {%- if name is none -%} {{- return(is_incremental()) -}} {%- endif -%}
    {%- if flags.FULL_REFRESH -%} {{- return(false) -}} {%- endif -%}
    {%- for each in ([name] if name is string else name) -%}
        {%- set node = graph.nodes['model.strata.' ~ each] -%}
        {%- if adapter.get_relation(node.database, node.schema, node.alias) is none -%} {{- return(false) -}} {%- endif -%}
    {%- endfor -%}
    {{- return(true) -}}
{% endmacro %}
