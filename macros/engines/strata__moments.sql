{#
    A timestamp as microseconds since 2020, a bigint that leaves room for twelve more
    bits until 2091: an order in time that ends in a tie-break can be one number.
    Arguments: timestamp.
#}
{% macro strata__moment(timestamp) %}
    {{- return(adapter.dispatch('strata__moment', 'strata')(timestamp)) -}}
{% endmacro %}

{% macro default__strata__moment(timestamp) %}
    {{- return("date_diff('microsecond', timestamp '2020-01-01', " ~ timestamp ~ ')') -}}
{% endmacro %}

{#- A part of a timestamp is an exact number here, not a double. -#}
{% macro postgres__strata__moment(timestamp) %}
    {{- return(
        'cast(extract(epoch from ' ~ timestamp ~ " - timestamp '2020-01-01') * 1000000 as bigint)"
    ) -}}
{% endmacro %}

{% macro spark__strata__moment(timestamp) %}
    {{- return("timestampdiff(microsecond, timestamp '2020-01-01', " ~ timestamp ~ ')') -}}
{% endmacro %}

{#
    The timestamp of a moment; the inverse of strata__moment.
    Arguments: moment.
#}
{% macro strata__moment_at(moment) %}
    {{- return(adapter.dispatch('strata__moment_at', 'strata')(moment)) -}}
{% endmacro %}

{% macro default__strata__moment_at(moment) %}
    {{- return("(timestamp '2020-01-01' + to_microseconds(" ~ moment ~ '))') -}}
{% endmacro %}

{% macro postgres__strata__moment_at(moment) %}
    {{- return("(timestamp '2020-01-01' + (" ~ moment ~ ") * interval '1 microsecond')") -}}
{% endmacro %}

{% macro spark__strata__moment_at(moment) %}
    {{- return('timestampadd(microsecond, ' ~ moment ~ ", timestamp '2020-01-01')") -}}
{% endmacro %}
