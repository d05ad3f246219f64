{#
    The rows of a relation that an incremental run must read: those of the touched keys;
    all of them where the model is built anew.
    Arguments: relation; touched, the relation of touched keys; keys, a list of columns
    that both have, or {column of the relation: column of the touched keys}; model_name,
    in a view, of the incremental model that it feeds, or of several; since, {one column
    of the relation: column of the touched keys}, where only what is not older is
    touched; near, one of the keys by which the relation is laid out, where it is large:
    rows are looked for by it before anything else of them is read.
    Returns: something to select from.
#}
{% macro strata__touched(relation, touched, keys, model_name=none, since={}, near=none) %}
    {%- if not strata__continues(model_name) -%} {{- return(relation) -}} {%- endif -%}
    {%- set conditions = [] -%}
    {%- for ours, theirs in (keys.items() if keys is mapping else zip(keys, keys)) -%}
        {%- do conditions.append('touched.' ~ theirs ~ ' = rows_of.' ~ ours) -%}
    {%- endfor -%}
    {%- set found = relation -%}
    {%- if near -%}
        {%- set found = '(with near as materialized (select * from ' ~ relation ~ ' as rows_of where rows_of.'
            ~ near ~ ' in (select touched.' ~ near ~ ' from ' ~ touched ~ ' as touched)) select * from near)' -%}
    {%- endif -%}
    {#- A join with the least of them: `exists` with an inequality would set aside all rows. -#}
    {%- if since -%}
        {%- set ours, theirs = (since.items() | list)[0] -%}
        {%- set columns = (keys.values() if keys is mapping else keys) | join(', ') -%}
        {{- return(strata__derived(
            'select rows_of.* from ' ~ found ~ ' as rows_of inner join ' ~ strata__derived(
                'select ' ~ columns ~ ', min(' ~ theirs ~ ') as since from ' ~ touched ~ ' group by ' ~ columns
            ) ~ ' as touched on ' ~ conditions | join(' and ') ~ ' and touched.since <= rows_of.' ~ ours
        )) -}}
    {%- endif -%}
    {{- return(strata__derived(
        'select * from ' ~ found ~ ' as rows_of where exists (select 1 from '
        ~ touched ~ ' as touched where ' ~ conditions | join(' and ') ~ ')'
    )) -}}
{% endmacro %}
