{#
    The population stability index of two distributions over the same classes: the sum
    of (now - before) x ln(now / before). 0 for equal ones; null where one is unknown.
    Arguments: pairs, a list of (share now, share before); floor, what a smaller share
    counts as.
#}
{% macro strata__psi(pairs, floor) %}
    {%- set parts = [] -%}
    {%- for now, before in pairs -%}
        {%- set p = '(case when ' ~ now ~ ' < ' ~ floor ~ ' then ' ~ floor ~ ' else ' ~ now ~ ' end)' -%}
        {%- set q = '(case when ' ~ before ~ ' < ' ~ floor ~ ' then ' ~ floor ~ ' else ' ~ before ~ ' end)' -%}
        {%- do parts.append('(' ~ p ~ ' - ' ~ q ~ ') * ln(' ~ p ~ ' / ' ~ q ~ ')') -%}
    {%- endfor -%}
    {{- return('(' ~ parts | join(' + ') ~ ')') -}}
{% endmacro %}
