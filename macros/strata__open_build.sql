{#
    Forgets the incremental tables that cannot be continued, so that this run builds them
    anew: those whose definition is not the settled one, those that are missing, and
    all that read them. Each stands until the new one takes its place, in one transaction
    (strata__make_room). What they held is set aside first, where somebody logs it; so
    it is with `--full-refresh`. A ledger and a log of images are always continued.
    Runs at the start of `dbt build` and `dbt run` only.
    Why not `--full-refresh`: nobody remembers it after editing a rule.
#}
{% macro strata__open_build() %}
    {%- if not execute or flags.WHICH not in ('build', 'run') -%} {{- return('') -}} {%- endif -%}
    {%- set settled, stale, images = {}, [], [] -%}
    {%- if strata__state('models') is not none -%}
        {%- for row in run_query('select name, fingerprint from ' ~ strata__state('models')).rows -%}
            {%- do settled.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for id, fingerprint in strata__definitions().items() -%}
        {%- set node = graph.nodes[id] -%}
        {%- set meta = node.config.get('meta', {}) -%}
        {%- if meta.get('is_ledger') or meta.get('images_of') -%}
        {%- elif node.package_name == 'strata' and node.config.materialized == 'incremental' -%}
            {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- if flags.FULL_REFRESH -%}
                {%- if relation is not none and id in selected_resources -%}
                    {%- do images.extend(strata__images(node.name, relation)) -%}
                {%- endif -%}
            {%- elif relation is none or settled.get(id) != fingerprint
                or node.depends_on.nodes | select('in', stale) | list -%}
                {%- do stale.append(id) -%}
                {%- if relation is not none and id in selected_resources -%}
                    {%- do images.extend(strata__images(node.name, relation)) -%}
                    {%- do adapter.cache_dropped(relation) -%}
                {%- endif -%}
            {%- endif -%}
        {%- elif node.depends_on.nodes | select('in', stale) | list -%}
            {%- do stale.append(id) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if images -%}
        {%- call statement('images', auto_begin=true) -%} {{ images | join('; ') }} {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
