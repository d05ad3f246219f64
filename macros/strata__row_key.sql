{#
    The contract key of a row as one text; what does not cast stands as it came.
    Arguments: raw, from strata__raw_table; alias, of a staging table; or typed, the
    columns of the raw table by strata__typed_columns.
#}
{% macro strata__row_key(raw, alias, typed=none) %}
    {%- set parts = [] -%}
    {%- for name in raw.meta.key -%}
        {%- set column = raw.columns[name] -%}
        {%- if typed is none and column.data_type == 'text' and column.config.meta.get('required') -%}
            {%- do parts.append(alias ~ '.' ~ name) -%}
        {%- elif typed is none or column.data_type == 'text' -%}
            {%- do parts.append('coalesce(cast(' ~ (typed[name] if typed else alias ~ '.' ~ name) ~ " as varchar), '')") -%}
        {%- elif name in raw.found -%}
            {%- do parts.append('coalesce(cast(' ~ typed[name] ~ ' as varchar), trim(cast(raw_row.' ~ name ~ " as varchar)), '')") -%}
        {%- else -%}
            {%- do parts.append("''") -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(parts[0] if parts | length == 1 else "concat_ws(' | ', " ~ parts | join(', ') ~ ')') -}}
{% endmacro %}
