{#
    A query of where each feature stands in its vector: feature_code, position (from 1).
    Arguments: model_name, of the model whose columns the features are.
#}
{% macro strata__feature_positions(model_name='feat_user_snapshots') %}
    {%- set rows = [] -%}
    {%- for value_type in ['number', 'text'] -%}
        {%- for code in strata__feature_codes(value_type, model_name) -%}
            {%- do rows.append("select '" ~ code ~ "' as feature_code, " ~ loop.index ~ ' as position') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(
        rows | join(' union all ') if rows
        else 'select cast(null as varchar) as feature_code, 1 as position'
    ) -}}
{% endmacro %}
