{#
    The rows of a raw table that staging keeps: typed, valid, one delivery of each key.
    Arguments: table; rates, as in strata__checked_rows.
    Returns: a parenthesised query, named `accepted`, to select from.
#}
{% macro strata__accepted_rows(table, rates=none) %}
    (
        select *
        from ({{ strata__checked_rows(table, rates) }}) as checked
        where checked.delivery_rank = 1
    ) as accepted
{% endmacro %}
