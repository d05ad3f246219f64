{#
    A query of where each feature stands in its vector: feature_code, value_type,
    position (from 1).
    Arguments: models, as in strata__feature_codes; the features of the second stand
    behind those of the first.
#}
{% macro strata__feature_positions(models=['feat_user_snapshots']) %}
    {%- set rows = [] -%}
    {%- for value_type in ['number', 'text'] -%}
        {%- for code in strata__feature_codes(value_type, models) -%}
            {%- do rows.append("select '" ~ code ~ "' as feature_code, '" ~ value_type
                ~ "' as value_type, cast(" ~ loop.index ~ ' as bigint) as position') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(
        rows | join(' union all ') if rows
        else "select cast(null as varchar) as feature_code, 'number' as value_type, cast(1 as bigint) as position"
    ) -}}
{% endmacro %}
