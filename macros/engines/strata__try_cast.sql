{#
    A cast that gives null where the value does not fit, as a number that is not whole
    does not fit a bigint. A time with an offset becomes UTC.
    Arguments: expression; data_type as in strata__type.
#}
{% macro strata__try_cast(expression, data_type) %}
    {{- return(adapter.dispatch('strata__try_cast', 'strata')(expression, data_type)) -}}
{% endmacro %}

{% macro default__strata__try_cast(expression, data_type) %}
    {%- if data_type == 'bigint' -%}
        {%- set number = 'try_cast(' ~ expression ~ ' as decimal(38, 9))' -%}
        {{- return(
            'case when ' ~ number ~ ' = floor(' ~ number ~ ') then try_cast(' ~ number ~ ' as bigint) end'
        ) -}}
    {%- endif -%}
    {{- return('try_cast(' ~ expression ~ ' as ' ~ strata__type(data_type) ~ ')') -}}
{% endmacro %}

{#- The type of a column is known beforehand: nothing else is looked at row by row. -#}
{% macro duckdb__strata__try_cast(expression, data_type) %}
    {%- set plain = default__strata__try_cast(expression, data_type) -%}
    {%- if data_type != 'timestamp' -%} {{- return(plain) -}} {%- endif -%}
    {%- set text = 'cast(' ~ expression ~ ' as varchar)' -%}
    {{- return(
        'case when typeof(' ~ expression ~ ") in ('VARCHAR', 'TIMESTAMP WITH TIME ZONE') and regexp_matches("
        ~ text ~ ", '" ~ strata__time_offset() ~ "') then timezone('UTC', try_cast(" ~ text
        ~ ' as timestamptz)) else ' ~ plain ~ ' end'
    ) -}}
{% endmacro %}

{% macro postgres__strata__try_cast(expression, data_type) %}
    {{- return(
        'cast(' ~ strata__function('try_' ~ data_type) ~ '(cast(' ~ expression ~ ' as text)) as '
        ~ strata__type(data_type) ~ ')'
    ) -}}
{% endmacro %}

{#- The times of the session are UTC. -#}
{% macro spark__strata__try_cast(expression, data_type) %}
    {%- set plain = default__strata__try_cast(expression, data_type) -%}
    {%- if data_type != 'timestamp' -%} {{- return(plain) -}} {%- endif -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    {{- return(
        'case when typeof(' ~ expression ~ ") = 'string' and " ~ text ~ " rlike '" ~ strata__time_offset() ~ "' then cast(try_cast(" ~ text
        ~ ' as timestamp_ltz) as timestamp_ntz) else ' ~ plain ~ ' end'
    ) -}}
{% endmacro %}

{#- The end of a text that is a time with an offset, as a regular expression. -#}
{% macro strata__time_offset() %}
    {{- return(':[0-9:.]* *([+-][0-9:]+|Z) *$') -}}
{% endmacro %}
