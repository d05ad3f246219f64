{#
    One end of Wilson's interval for a share: what the share may be, given how few were
    counted. Unlike the plain one it never leaves 0 to 1 and holds for small counts.
    Arguments: part, whole, counts; z, from strata__normal_quantile; end, low or high.
    Returns: a double; null of nothing.
#}
{% macro strata__wilson_bound(part, whole, z, end='low') %}
    {%- set n = 'cast(' ~ whole ~ ' as double)' -%}
    {%- set sign = ' - ' if end == 'low' else ' + ' -%}
    {%- set spread = z ~ ' * sqrt(' ~ part ~ ' * (1e0 - ' ~ part ~ ' / ' ~ n ~ ') + '
        ~ z ~ ' * ' ~ z ~ ' / 4e0)' -%}
    {{- return(
        'case when ' ~ whole ~ ' > 0 then least(1e0, greatest(0e0, (' ~ part ~ ' + ' ~ z ~ ' * ' ~ z ~ ' / 2e0' ~ sign
        ~ spread ~ ') / (' ~ n ~ ' + ' ~ z ~ ' * ' ~ z ~ '))) end'
    ) -}}
{% endmacro %}
