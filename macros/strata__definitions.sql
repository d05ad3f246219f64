{#
    What each model is made of, in short: its SQL, everything it reads down to the rule
    seeds, and the settings.
    Returns: {unique id: fingerprint} of our models and seeds and of what they read of
    another project, such as its rule seeds; what is read comes first. Worked out once a
    run and kept beside the graph.
    Why not the as-of day: it moves with the data, and builds follow it.
#}
{% macro strata__definitions() %}
    {%- if 'definitions' in strata__of_run() -%} {{- return(strata__of_run().definitions) -}} {%- endif -%}
    {%- set settings = [] -%}
    {%- for name in [
        'strata__raw_schema', 'strata__raw_tables', 'strata__known_at', 'strata__timezone',
        'strata__week_start', 'strata__reporting_currency', 'strata__plausible_from',
        'strata__plausible_until', 'strata__clock_skew_hours', 'strata__identity_policy',
        'strata__headline_program', 'strata__rule_seeds',
    ] -%}
        {%- do settings.append(var(name) | string) -%}
    {%- endfor -%}
    {%- set nodes, found, named, ours = {}, {}, [], {} -%}
    {%- for id, node in graph.nodes.items() if node.resource_type in ('model', 'seed') -%}
        {%- do nodes.update({id: node}) -%}
        {%- if node.package_name == 'strata' -%}
            {%- do named.append(id) -%} {%- do named.extend(node.depends_on.get('nodes', [])) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for _ in nodes if found | length < nodes | length -%}
        {%- for id, node in nodes.items() if id not in found -%}
            {%- set parents = node.depends_on.nodes | select('in', nodes) | list -%}
            {%- if parents | reject('in', found) | list | length == 0 -%}
                {%- set parts = [node.checksum.checksum, node.config.materialized] + settings -%}
                {%- for parent in parents | sort -%} {%- do parts.append(found[parent]) -%} {%- endfor -%}
                {%- do found.update({id: local_md5(parts | join('|'))}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for id, fingerprint in found.items() if id in named -%} {%- do ours.update({id: fingerprint}) -%} {%- endfor -%}
    {%- do strata__of_run().update({'definitions': ours}) -%}
    {{- return(ours) -}}
{% endmacro %}
