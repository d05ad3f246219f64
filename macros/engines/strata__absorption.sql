{#
    How likely absorbing Markov chains reach their goal, exactly: one state after the
    other is taken out, and what went through it goes past it.
    Arguments: chains, the name of a relation with the keys, size and matrix, an array of
    size × size rates, row by row: row 0 is the start, column 0 the goal, the others the
    states; what is missing in a row is lost. keys, a list of columns.
    Returns: a parenthesised query of the keys and rate.
#}
{% macro strata__absorption(chains, keys) %}
    {{- return(adapter.dispatch('strata__absorption', 'strata')(chains, keys)) -}}
{% endmacro %}

{% macro default__strata__absorption(chains, keys) %}
    {%- do exceptions.raise_compiler_error(
        'Strata: Markov chains are not solved for ' ~ target.type
        ~ ' yet, so attribution needs the target duckdb.') -%}
{% endmacro %}

{% macro duckdb__strata__absorption(chains, keys) %}
    {%- set own = keys | join(', ') -%}
    {%- set query -%}
    (
        with recursive steps as (
            select {{ own }}, size, 1 as state, matrix from {{ chains }}
            union all
            select
                {{ own }},
                size,
                state + 1 as state,
                list_transform(
                    range(0, size * size),
                    lambda place:
                        matrix[place + 1]
                        + matrix[place // size * size + state + 1]
                        * matrix[state * size + place % size + 1]
                        / (1 - matrix[state * size + state + 1])
                ) as matrix
            from steps
            where state < size
        )

        select {{ own }}, matrix[1] as rate from steps where state = size
    )
    {%- endset -%}
    {{- return(query) -}}
{% endmacro %}

{% macro postgres__strata__absorption(chains, keys) %}
    {{- return(strata__derived(
        'select ' ~ keys | join(', ') ~ ', ' ~ strata__function('absorbed')
        ~ '(matrix, cast(size as integer)) as rate from ' ~ chains
    )) -}}
{% endmacro %}

{% macro spark__strata__absorption(chains, keys) %}
    {{- return(
        '(select ' ~ keys | join(', ') ~ ', aggregate(case when size > 1 then sequence(1, cast(size as integer) - 1)'
        ~ ' else array() end, matrix, (flow, state) -> transform(sequence(0, cast(size * size as integer) - 1), place ->'
        ~ ' flow[place] + flow[place - place % cast(size as integer) + state]'
        ~ ' * flow[state * cast(size as integer) + place % cast(size as integer)]'
        ~ ' / (1 - flow[state * cast(size as integer) + state])))[0] as rate from ' ~ chains ~ ')'
    ) -}}
{% endmacro %}
