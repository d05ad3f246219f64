{#
    A table of what the last settled build left behind, in the schema `<target>_state`,
    or none where there is none yet.
    Arguments: name: models (name, fingerprint), or a model that is kept at settlement.
#}
{% macro strata__state(name) %}
    {%- if not execute -%} {{- return(none) -}} {%- endif -%}
    {{- return(adapter.get_relation(target.database, target.schema ~ '_state', name)) -}}
{% endmacro %}
