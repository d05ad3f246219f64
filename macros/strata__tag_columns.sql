{#
    The columns of tag_user_profiles for exclusive groups (`group_` and its name: the
    tag) and families (`family_` and its name: the tags, joined by commas).
    Arguments: relation, the alias of tags of persons to aggregate; none for the columns
    as they come out of it.
    Why from the contract: a tag that is added needs no change here, and a group that is
    added needs a line of YAML; a table whose columns follow the seed has no contract.
#}
{% macro strata__tag_columns(relation=none) %}
    {%- set columns = [] -%}
    {%- set named = graph.nodes['model.strata.tag_user_profiles'].columns if execute else [] -%}
    {%- for column in named -%}
        {%- set kind, _, name = column.partition('_') -%}
        {%- if kind in ('group', 'family') -%}
            {%- if relation is none -%}
                {%- do columns.append('told.' ~ column) -%}
            {%- else -%}
                {%- set tag = 'case when ' ~ relation ~ '.'
                    ~ ('exclusive_group' if kind == 'group' else kind) ~ " = '" ~ name ~ "' then " ~ relation ~ '.tag_code end' -%}
                {%- do columns.append(
                    ('max(' ~ tag ~ ')' if kind == 'group' else strata__text_list(tag, [tag])) ~ ' as ' ~ column
                ) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(columns | join(',\n        ') if columns else 'null as nothing') -}}
{% endmacro %}
