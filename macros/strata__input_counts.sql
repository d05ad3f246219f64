{#
    A query with one row per raw table of the contract: source_table, read_rows,
    accepted_rows, rejected_rows. Absent tables have zero rows; what arrived after
    `strata__known_at` is not read.
#}
{% macro strata__input_counts() %}
    {%- set rejected = ref('stg_strata__rejected_rows') -%}
    {%- set staged = {
        'events': ref('stg_strata__events'),
        'users': ref('stg_strata__users'),
        'identity_links': ref('stg_strata__identity_links'),
        'orders': ref('stg_strata__orders'),
        'order_items': ref('stg_strata__order_items'),
        'refunds': ref('stg_strata__refunds'),
        'products': ref('stg_strata__products'),
        'content': ref('stg_strata__content'),
        'ad_spend': ref('stg_strata__ad_spend'),
        'campaigns': ref('stg_strata__campaigns'),
        'messages': ref('stg_strata__messages'),
        'experiment_assignments': ref('stg_strata__experiment_assignments'),
        'points_ledger': ref('stg_strata__points_ledger'),
        'referrals': ref('stg_strata__referrals'),
        'feedback': ref('stg_strata__feedback'),
        'consents': ref('stg_strata__consents'),
        'erasure_requests': ref('stg_strata__erasure_requests'),
    } -%}
    {%- for table, relation in staged.items() %}
    {%- set raw = strata__raw_table(table) if execute else {'relation': none} %}
    {%- set known = strata__typed_columns(raw).is_known if raw.relation else none %}
    select
        '{{ table }}' as source_table,
        {% if raw.relation -%}
        (select count(*) from {{ raw.relation }} as raw_row{{ ' where ' ~ known if known }}) as read_rows,
        {%- else -%}
        0 as read_rows,
        {%- endif %}
        (select count(*) from {{ relation }}) as accepted_rows,
        (
            select count(*)
            from {{ rejected }} as rejected
            where rejected.source_table = '{{ table }}'
        ) as rejected_rows
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
