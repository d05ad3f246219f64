{#
    The rows of a raw table that staging keeps: typed, valid, one delivery of each key;
    in an incremental run those of the keys that changed.
    Arguments: table; rates, as in strata__checked_rows.
    Returns: a parenthesised query, named `accepted`, to select from.
#}
{% macro strata__accepted_rows(table, rates=none) %}
    {%- set changed = ref('stg_strata__changed_rows') %}
    (
        select *
        from ({{ strata__checked_rows(
            table, rates, changed=changed if is_incremental() else none
        ) }}) as checked
        where checked.delivery_rank = 1
    ) as accepted
{% endmacro %}
