{#
    Drops the incremental tables that cannot be continued, so that this run builds them
    anew: those whose definition is not the settled one, those that are missing, and
    all that read them. Runs at the start of `dbt build` and `dbt run` only.
    Why not `--full-refresh`: nobody remembers it after editing a rule.
#}
{% macro strata__open_build() %}
    {%- if not execute or flags.WHICH not in ('build', 'run') or flags.FULL_REFRESH -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set settled, stale, drops = {}, [], [] -%}
    {%- if strata__state('models') is not none -%}
        {%- for row in run_query('select name, fingerprint from ' ~ strata__state('models')).rows -%}
            {%- do settled.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for id, fingerprint in strata__definitions().items() -%}
        {%- set node = graph.nodes[id] -%}
        {%- if node.package_name == 'strata' and node.config.materialized == 'incremental' -%}
            {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- if relation is none or settled.get(id) != fingerprint
                or node.depends_on.nodes | select('in', stale) | list -%}
                {%- do stale.append(id) -%}
                {%- if relation is not none and id in selected_resources -%}
                    {%- do adapter.cache_dropped(relation) -%}
                    {%- do drops.append('drop ' ~ relation.type ~ ' if exists ' ~ relation) -%}
                {%- endif -%}
            {%- endif -%}
        {%- elif node.depends_on.nodes | select('in', stale) | list -%}
            {%- do stale.append(id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if drops -%}
        {%- call statement('drops', auto_begin=true) -%} {{ drops | join('; ') }} {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
