{#
    A query of where each feature stands in its vector: feature_code, position (from 1).
#}
{% macro strata__feature_positions() %}
    {%- set rows = [] -%}
    {%- for value_type in ['number', 'text'] -%}
        {%- for code in strata__feature_codes(value_type) -%}
            {%- do rows.append("select '" ~ code ~ "' as feature_code, " ~ loop.index ~ ' as position') -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(
        rows | join(' union all ') if rows
        else 'select cast(null as varchar) as feature_code, 1 as position'
    ) -}}
{% endmacro %}
