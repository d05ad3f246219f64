{#
    What a row of a raw table speaks of, as id_type_1, id_1, id_type_2, id_2, order_id and
    moment, when it happened.
    Arguments: raw, from strata__raw_table; columns, {name: expression}, the alias of a
    staging table, or none where nothing tells.
    Returns: a list of columns to follow others, with a comma before each.
#}
{% macro strata__ids_of(raw, columns) %}
    {%- set is_link = 'id_type_1' in raw.columns -%}
    {%- set names = {
        'id_1': 'id_1' if is_link else 'anonymous_id',
        'id_2': 'id_2' if is_link else 'user_id',
        'order_id': 'order_id',
    } -%}
    {%- set type, found = strata__type('text'), {} -%}
    {%- for id, name in names.items() if columns is not none and name in raw.columns -%}
        {%- do found.update({id: columns[name] if columns is mapping else columns ~ '.' ~ name}) -%}
        {%- if id != 'order_id' -%}
            {%- set id_type = 'id_type_' ~ id[-1] -%}
            {%- if is_link -%}
                {%- do found.update({id_type: columns[id_type] if columns is mapping else columns ~ '.' ~ id_type}) -%}
            {%- else -%}
                {%- do found.update({id_type: "'" ~ name ~ "'"}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set times = [] -%}
    {%- for column in raw.columns.values() if column.config.meta.get('time') -%} {%- do times.append(column.name) -%} {%- endfor -%}
    {%- if columns is not none and times -%}
        {%- do found.update({'moment': columns[times[0]] if columns is mapping else columns ~ '.' ~ times[0]}) -%}
    {%- endif -%}
    {%- set ids = [] -%}
    {%- for name in ['id_type_1', 'id_1', 'id_type_2', 'id_2', 'order_id'] -%}
        {%- do ids.append(', cast(' ~ found.get(name, 'null') ~ ' as ' ~ type ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {%- do ids.append(', cast(' ~ found.get('moment', 'null') ~ ' as ' ~ strata__type('timestamp') ~ ') as moment') -%}
    {{- return(ids | join('')) -}}
{% endmacro %}
