{#
    The first rule of the input contract that a raw row breaks, as `reason:column`.
    Arguments: raw, from strata__raw_table; typed, {column: typed expression}; rates, the
    relation of exchange rates or none.
    Returns: a case expression, null for a good row. Reasons: missing_key, missing_time,
    missing_value, uncastable, time_out_of_range, out_of_range, unknown_value,
    no_exchange_rate.
#}
{% macro strata__fault(raw, typed, rates) %}
    {%- set first, then = [], [] -%}
    {%- for column in raw.columns.values() if column.name in raw.found -%}
        {%- set meta, name, value = column.config.meta, column.name, typed[column.name] -%}
        {%- set kind = 'missing_key' if name in raw.meta.key
            else ('missing_time' if meta.get('time') else 'missing_value') -%}
        {%- if column.data_type != 'text' -%}
            {%- do first.append([
                strata__contract_cast(column) ~ ' is null and nullif(trim(cast(raw_row.' ~ name ~ " as varchar)), '') is not null",
                'uncastable', name]) -%}
        {%- endif -%}
        {%- if meta.get('required') -%}
            {%- do first.append([value ~ ' is null', kind, name]) -%}
        {%- endif -%}
        {%- if meta.get('time') -%}
            {%- set limits = value ~ " < '" ~ var('strata__plausible_from') ~ "' or "
                ~ value ~ " >= '" ~ var('strata__plausible_until') ~ "'" -%}
            {%- if 'loaded_at' in raw.found -%}
                {%- set limits = limits ~ ' or ' ~ value ~ ' > ' ~ typed.loaded_at ~ " + interval '"
                    ~ var('strata__clock_skew_hours') ~ " hours'" -%}
            {%- endif -%}
            {%- do then.append([limits, 'time_out_of_range', name]) -%}
        {%- endif -%}
        {%- if meta.get('accepted') -%}
            {%- do then.append([
                'lower(' ~ value ~ ") not in ('" ~ (meta.accepted | join("', '")) ~ "')",
                'unknown_value', name]) -%}
        {%- endif -%}
        {%- if meta.get('minimum') is not none -%}
            {%- do then.append([value ~ ' < ' ~ meta.minimum, 'out_of_range', name]) -%}
        {%- endif -%}
        {%- if meta.get('has_rate_at') and rates -%}
            {%- set at = typed[meta.has_rate_at] -%}
            {%- do then.append([
                'upper(' ~ value ~ ") != '" ~ var('strata__reporting_currency') ~ "' and not exists ("
                ~ 'select 1 from ' ~ rates ~ ' as rates where rates.currency = upper(' ~ value
                ~ ') and rates.valid_from <= ' ~ strata__business_date(at)
                ~ ' and ' ~ strata__business_date(at) ~ ' < rates.valid_to)',
                'no_exchange_rate', name]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if raw.meta.get('one_of') -%}
        {%- set parts = [] -%}
        {%- for name in raw.meta.one_of -%} {%- do parts.append(typed[name] ~ ' is null') -%} {%- endfor -%}
        {%- do first.append([parts | join(' and '), 'missing_key', raw.meta.one_of | join(' or ')]) -%}
    {%- endif -%}
    {%- if not (first + then) -%} {{- return('cast(null as varchar)') -}} {%- endif -%}
    {%- set lines = [] -%}
    {%- for condition, reason, name in first + then -%}
        {%- do lines.append('when ' ~ condition ~ " then '" ~ reason ~ ':' ~ name ~ "'") -%}
    {%- endfor -%}
    {{- return('case ' ~ lines | join(' ') ~ ' end') -}}
{% endmacro %}
