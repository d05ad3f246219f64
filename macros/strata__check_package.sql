{#
    Stops the run with one sentence where the project that installs Strata as a package
    changes, unasked, what Strata does: a node of Strata would read a namesake of that
    project instead of Strata's own, or a configuration meant for all its models makes
    ours what they cannot be.
    Why not the project's name in each ref: a flag of dbt says the same once.
#}
{% macro strata__check_package() %}
    {%- for node in graph.nodes.values() if node.package_name == 'strata' -%}
        {%- for id in node.depends_on.get('nodes', []) if id in graph.nodes and id.split('.')[1] != 'strata' -%}
            {%- set other = graph.nodes[id] -%}
            {%- if 'model.strata.' ~ other.name in graph.nodes or 'seed.strata.' ~ other.name in graph.nodes -%}
                {%- do exceptions.raise_compiler_error(
                    'Strata: ' ~ node.name ~ ' would read the ' ~ other.resource_type ~ ' "' ~ other.name
                    ~ '" of ' ~ other.package_name ~ ' (' ~ other.original_file_path
                    ~ ") instead of Strata's own. Set require_ref_searches_node_package_before_root:"
                    ~ ' true under flags in dbt_project.yml, or rename yours; rules of your own are'
                    ~ ' named in strata__rule_seeds.') -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set config = node.config -%}
        {%- if config.get('meta', {}).get('touched', {}).get('keys')
            and (config.materialized, config.incremental_strategy) != ('incremental', 'touched') -%}
            {%- do exceptions.raise_compiler_error(
                'Strata: ' ~ project_name ~ ' makes ' ~ node.name ~ ' ' ~ config.materialized ~ ' with the strategy '
                ~ config.incremental_strategy ~ ', and then no build continues it. Under models in'
                ~ ' dbt_project.yml put what is meant for your own models under "' ~ project_name ~ ':".') -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return('') -}}
{% endmacro %}
