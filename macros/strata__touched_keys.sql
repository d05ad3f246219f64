{#
    A query of one row where a build touches any key of an incremental model, or has news
    for it (`news` names the list, where the touched keys are of what stood alone), and of
    none where it does not: what does not change need not be looked at.
#}
{% macro strata__touched_keys() %}
    {%- set touched = config.get('meta').touched -%}
    select 1
    from {{ graph.nodes['model.strata.' ~ touched.by].relation_name }} as touched
    {%- if not touched.get('keys') %}
    where touched.source_table = '{{ this.identifier | replace('stg_strata__', '') }}'
    {%- endif %}
    {%- if touched.get('news') %}
    union all
    select 1 from {{ graph.nodes['model.strata.' ~ touched.news].relation_name }}
    {%- endif %}
    limit 1
{% endmacro %}
