{#
    Forgets the incremental tables that cannot be continued, so that this run builds them
    anew: those whose definition is not the settled one, those that are missing, those
    that an unsettled run built anew, and all that read them or, by `meta.looks_at`, look
    at how they stood. Each stands until the new one takes its place, in one transaction
    (strata__make_room). What they held is set aside first, where somebody logs it; so
    it is with `--full-refresh`. A ledger and a log of images are always continued.
    What is built anew is noted in the state until a run settles: no log tells what it
    replaced, so what reads it must be built anew too.
    Where no build continues another, all of them are forgotten.
    Runs at the start of `dbt build` and `dbt run` only.
    Why not `--full-refresh`: nobody remembers it after editing a rule.
#}
{% macro strata__open_build() %}
    {%- if not execute or flags.WHICH not in ('build', 'run') -%} {{- return('') -}} {%- endif -%}
    {%- if not strata__continues_builds() -%}
        {%- for node in graph.nodes.values() if node.config.materialized == 'incremental' -%}
            {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- if relation is not none -%} {%- do adapter.cache_dropped(relation) -%} {%- endif -%}
        {%- endfor -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set settled, unsettled, kept, stale, anew, work = {}, [], {}, [], [], [] -%}
    {%- if strata__state('models') is not none -%}
        {%- for row in run_query('select name, fingerprint from ' ~ strata__state('models')).rows -%}
            {%- if row[1].startswith('anew') -%} {%- do unsettled.append(row[0]) -%}
            {%- else -%} {%- do settled.update({row[0]: row[1]}) -%} {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set definitions = strata__definitions() -%}
    {%- set unchanged = [] -%}
    {%- for id in definitions if settled.get(id) == definitions[id] -%} {%- do unchanged.append(id) -%} {%- endfor -%}
    {%- do strata__of_run().update({'unchanged': unchanged, 'views': {} if flags.FULL_REFRESH else strata__marked_views()}) -%}
    {%- for id in definitions if id.startswith('model.strata.') -%}
        {%- set node = graph.nodes[id] -%}
        {%- set meta = node.config.get('meta', {}) -%}
        {%- if node.config.materialized == 'incremental' and not meta.get('is_ledger') and not meta.get('images_of') -%}
            {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- do kept.update({id: relation}) -%}
            {%- if relation is none or id in unsettled or settled.get(id) != definitions[id] -%}
                {%- do stale.append(id) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {#- Twice: what a model looks at is built after it. -#}
    {%- for id in definitions.keys() | list * 2 if id not in stale and id in graph.nodes -%}
        {%- set node = graph.nodes[id] -%}
        {%- set seen = node.depends_on.get('nodes', []) + [] -%}
        {%- for name in node.config.get('meta', {}).get('looks_at', []) -%} {%- do seen.append('model.strata.' ~ name) -%} {%- endfor -%}
        {%- if seen | select('in', stale) | list -%} {%- do stale.append(id) -%} {%- endif -%}
    {%- endfor -%}
    {%- for id, relation in kept.items() if id in selected_resources and (flags.FULL_REFRESH or id in stale) -%}
        {%- do anew.append("('" ~ id ~ "', 'anew " ~ invocation_id ~ "')") -%}
        {%- if relation is not none -%}
            {%- do work.extend(strata__images(graph.nodes[id].name, relation)) -%}
            {%- if not flags.FULL_REFRESH -%} {%- do adapter.cache_dropped(relation) -%} {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if settled and anew -%}
        {%- do work.append('insert into ' ~ strata__state('models') ~ ' (name, fingerprint) values ' ~ anew | join(', ')) -%}
    {%- endif -%}
    {%- if work -%}
        {%- call statement('open_build', auto_begin=true) -%} {{ work | join('; ') }} {%- endcall -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{- return('') -}}
{% endmacro %}
