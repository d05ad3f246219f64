{#
    What is worked out once a run and kept beside the graph, by name.
    Why with the id of the run: a program that runs dbt several times may keep the graph.
    Returns: a dictionary, empty when the run begins.
#}
{% macro strata__of_run() %}
    {%- if graph.get('strata__run', {}).get('id') != invocation_id -%}
        {%- do graph.update({'strata__run': {'id': invocation_id}}) -%}
    {%- endif -%}
    {{- return(graph.strata__run) -}}
{% endmacro %}
