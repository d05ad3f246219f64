{#
    A query of one row where a build touches any key of an incremental model, and of
    none where it does not: what does not change need not be looked at.
#}
{% macro strata__touched_keys() %}
    {%- set touched = config.get('meta').touched -%}
    select 1
    from {{ graph.nodes['model.strata.' ~ touched.by].relation_name }} as touched
    {%- if not touched.get('keys') %}
    where touched.source_table = '{{ this.identifier | replace('stg_strata__', '') }}'
    {%- endif %}
    limit 1
{% endmacro %}
