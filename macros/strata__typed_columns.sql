{#
    The columns of a raw table as typed expressions over its alias `raw_row`.
    Arguments: raw, from strata__raw_table.
    Returns: {columns: {name: expression}, arrived_by: the column that tells the order
    of arrival or none, is_known: the condition that a row had arrived by
    `strata__known_at`, or none where every row counts}.
#}
{% macro strata__typed_columns(raw) %}
    {%- set typed, times = {}, [] -%}
    {%- for column in raw.columns.values() -%}
        {%- if column.config.meta.get('time') -%} {%- do times.append(column.name) -%} {%- endif -%}
        {%- if column.name not in raw.found -%}
            {%- set value = 'cast(null as ' ~ strata__type(column.data_type) ~ ')' -%}
        {%- elif column.data_type == 'text' -%}
            {%- set value = '(' ~ strata__trimmed('raw_row.' ~ column.name) ~ ')' -%}
            {%- if column.config.meta.get('is_lower') -%} {%- set value = 'lower(' ~ value ~ ')' -%} {%- endif -%}
        {%- else -%}
            {%- set value = strata__contract_cast(column) -%}
        {%- endif -%}
        {%- if column.config.meta.get('default') -%}
            {%- set value = 'coalesce(' ~ value ~ ", '" ~ column.config.meta.default ~ "')" -%}
        {%- endif -%}
        {%- do typed.update({column.name: value}) -%}
    {%- endfor -%}
    {%- if 'loaded_at' in typed and times -%}
        {%- do typed.update({'loaded_at': 'coalesce(' ~ typed.loaded_at ~ ', ' ~ typed[times[0]] ~ ')'}) -%}
    {%- endif -%}
    {%- set arrived_by = 'loaded_at' if 'loaded_at' in typed else (times[0] if times else none) -%}
    {%- set is_known = none -%}
    {%- if var('strata__known_at') and arrived_by -%}
        {%- set is_known = 'coalesce(' ~ typed[arrived_by] ~ ", timestamp '1900-01-01') <= timestamp '"
            ~ var('strata__known_at') ~ "'" -%}
    {%- endif -%}
    {{- return({'columns': typed, 'arrived_by': arrived_by, 'is_known': is_known}) -}}
{% endmacro %}
