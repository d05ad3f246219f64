{#
    What each model is made of, in short: its SQL, everything it reads down to the rule
    seeds, and the settings.
    Returns: {unique id: fingerprint} of all models and seeds of the graph.
    Why not the as-of day: it moves with the data, and builds follow it.
#}
{% macro strata__definitions() %}
    {%- set settings = [] -%}
    {%- for name in [
        'strata__raw_schema', 'strata__raw_tables', 'strata__known_at', 'strata__timezone',
        'strata__week_start', 'strata__reporting_currency', 'strata__plausible_from',
        'strata__plausible_until', 'strata__clock_skew_hours', 'strata__identity_policy',
        'strata__headline_program', 'strata__rule_seeds',
    ] -%}
        {%- do settings.append(var(name) | string) -%}
    {%- endfor -%}
    {%- set nodes, found = {}, {} -%}
    {%- for id, node in graph.nodes.items() if node.resource_type in ('model', 'seed') -%}
        {%- do nodes.update({id: node}) -%}
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
    {{- return(found) -}}
{% endmacro %}
