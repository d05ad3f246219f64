{#
    The rows of a raw table that staging does not keep, each with its reason.
    Arguments: table; rates, as in strata__checked_rows.
    Returns: a query with source_table, row_key, arrived_date, delivered_date, reason_code,
    column_name, raw_values.
#}
{% macro strata__rejected_rows(table, rates=none) %}
    {%- set changed = ref('stg_strata__changed_rows') %}
    select
        '{{ table }}' as source_table,
        checked.row_key,
        checked.arrived_date,
        checked.delivered_date,
        case
            when checked.fault is null then 'superseded'
            else split_part(checked.fault, ':', 1)
        end as reason_code,
        split_part(checked.fault, ':', 2) as column_name,
        checked.raw_values
    from ({{ strata__checked_rows(
        table,
        rates,
        only_suspects=not is_incremental(),
        changed=changed if is_incremental() else none
    ) }}) as checked
    where checked.fault is not null or checked.delivery_rank > 1
{% endmacro %}
