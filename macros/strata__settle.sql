{#
    Closes the book after a build in which every model stands: keeps what the next
    build compares with and empties the logs, all or nothing. A build that failed, was
    killed or was a part settles nothing, so the next one takes up the same changes.
    Arguments: results, of the run.
#}
{% macro strata__settle(results) %}
    {%- if not execute or flags.WHICH not in ('build', 'run') or not strata__continues_builds() -%} {{- return('') -}} {%- endif -%}
    {%- set built = [] -%}
    {%- for result in results if result.status in ('success', 'no-op') -%}
        {%- do built.append(result.node.unique_id) -%}
    {%- endfor -%}
    {%- set models = graph.nodes.values()
        | selectattr('resource_type', 'equalto', 'model')
        | selectattr('package_name', 'equalto', 'strata') | list -%}
    {%- set missing = models | map(attribute='unique_id') | reject('in', built) | list -%}
    {%- if missing -%} {{- return('') -}} {%- endif -%}
    {%- set kept = [] -%}
    {%- set schema = target.schema ~ '_state' -%}
    {%- set rows = [] -%}
    {%- for id, fingerprint in strata__definitions().items() -%}
        {%- do rows.append("('" ~ id ~ "', '" ~ fingerprint ~ "')") -%}
    {%- endfor -%}
    {%- do kept.append('create schema if not exists ' ~ schema) -%}
    {%- do kept.append(strata__put_table(schema ~ '.models', 'select * from (values '
        ~ rows | join(', ') ~ ') as definitions (name, fingerprint)')) -%}
    {%- for model in models -%}
        {%- if model.config.meta.get('is_kept') -%}
            {%- do kept.append(strata__put_table(
                schema ~ '.' ~ model.name, 'select * from ' ~ model.relation_name)) -%}
        {%- elif model.config.meta.get('is_log') -%}
            {%- do kept.append('delete from ' ~ model.relation_name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- call statement('settle', auto_begin=true) -%} {{ kept | join('; ') }} {%- endcall -%}
    {%- do adapter.commit() -%}
    {{- return('') -}}
{% endmacro %}
