{#
    A raw table read against its contract: a query of every delivered row, typed, with
        row_key       the contract key as text
        fault         null, or `reason:column` of the first rule that the row breaks
        raw_values    the row as it came, as JSON text
        delivery_rank 1 for the delivery of a key that stays; null for a faulty row
    Arguments: table; rates, the relation of exchange rates, where the table has a
    currency; only_suspects, true to read but the rows that break a rule or share a key;
    changed, the relation of the keys to read, or none for all.
    Why a macro: the contract is written once, in YAML, and seventeen tables obey it.
#}
{% macro strata__checked_rows(table, rates=none, only_suspects=false, changed=none) %}
    {%- if not execute -%}
        {{- return('select * from ' ~ source('strata', table)) -}}
    {%- endif -%}
    {%- set raw = strata__raw_table(table) -%}
    {%- set key = raw.meta.key + (['loaded_at'] if raw.meta.keep == 'every' else []) -%}
    {%- set read = strata__typed_columns(raw) -%}
    {%- set typed = read.columns -%}
    {%- set order_by = [] -%}
    {%- if read.arrived_by -%}
        {%- do order_by.append('typed.' ~ read.arrived_by
            ~ (' asc' if raw.meta.keep == 'first' else ' desc') ~ ' nulls last') -%}
    {%- endif -%}
    {%- for name in typed if name not in key and name != 'loaded_at' -%}
        {#- Of deliveries of one moment the later word of a closed list stays. -#}
        {%- for word in raw.columns[name].config.meta.get('accepted', []) | reverse -%}
            {%- do order_by.append('lower(typed.' ~ name ~ ") = '" ~ word ~ "' desc nulls last") -%}
        {%- endfor -%}
        {%- do order_by.append('typed.' ~ name
            ~ (' asc' if raw.columns[name].config.meta.get('least_stays') else ' desc') ~ ' nulls last') -%}
    {%- endfor -%}
    {%- set row_key = strata__row_key(raw, 'raw_row', typed) -%}
    {%- set arrived = strata__arrived_date(typed[read.arrived_by] if read.arrived_by) -%}
    {%- set delivered = strata__delivered_date(typed[read.arrived_by] if read.arrived_by) -%}
    {%- set fault = strata__fault(raw, typed, rates) -%}
    {%- set conditions = [] -%}
    {%- if not raw.found -%}
        {%- do conditions.append('false') -%}
    {%- elif read.is_known -%}
        {%- do conditions.append(read.is_known) -%}
    {%- endif -%}
    {%- if raw.found and changed -%}
        {#- The days first: they leave few rows whose keys are looked at. -#}
        {%- for value, name in [(arrived, 'arrived_date'), (row_key, 'row_key')] -%}
            {%- do conditions.append(value ~ ' in (select changed.' ~ name ~ ' from ' ~ changed
                ~ " as changed where changed.source_table = '" ~ table ~ "')") -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if raw.found and only_suspects -%}
        {%- do conditions.append(
            '(' ~ fault ~ ' is not null or ' ~ row_key ~ ' in (select ' ~ row_key ~ ' from '
            ~ raw.relation ~ ' as raw_row group by 1 having count(*) > 1))'
        ) -%}
    {%- endif -%}
    select
        typed.*,
        case
            when typed.fault is null then row_number() over (
                partition by typed.fault, typed.{{ key | join(', typed.') }}
                order by {{ (order_by or ['typed.' ~ key[0]]) | join(', ') }}
            )
        end as delivery_rank
    from (
        select
            {%- for name, value in typed.items() %}
            {{ value }} as {{ name }},
            {%- endfor %}
            {{ row_key }} as row_key,
            {{ arrived }} as arrived_date,
            {{ delivered }} as delivered_date,
            {{ fault }} as fault,
            {{ strata__row_json('raw_row') if raw.found else "cast(null as varchar)" }} as raw_values
        from {{ raw.relation if raw.found else '(select 1 as nothing) as empty_table' }}
            {{- ' as raw_row' if raw.found }}
        {{- ' where ' ~ conditions | join(' and ') if conditions }}
    ) as typed
{% endmacro %}
