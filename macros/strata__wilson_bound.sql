{#
    One end of Wilson's interval for a share: what the share may be, given how few were
    counted. Unlike the plain one it never leaves 0 to 1 and holds for small counts.
    Arguments: part, whole, counts; z, from strata__normal_quantile; end, low or high.
    Returns: a double; null of nothing. Rounding cannot put it beyond the share itself.
#}
{% macro strata__wilson_bound(part, whole, z, end='low') %}
    {%- set n = 'cast(' ~ whole ~ ' as double)' -%}
    {%- set share = part ~ ' / ' ~ n -%}
    {%- set middle = part ~ ' + ' ~ z ~ ' * ' ~ z ~ ' / 2e0' -%}
    {%- set spread = z ~ ' * sqrt(' ~ part ~ ' * (1e0 - ' ~ share ~ ') + '
        ~ z ~ ' * ' ~ z ~ ' / 4e0)' -%}
    {%- set total = '(' ~ n ~ ' + ' ~ z ~ ' * ' ~ z ~ ')' -%}
    {%- if end == 'low' -%}
        {%- set bound = 'greatest(0e0, least(' ~ share ~ ', (' ~ middle ~ ' - ' ~ spread
            ~ ') / ' ~ total ~ '))' -%}
    {%- else -%}
        {%- set bound = 'least(1e0, greatest(' ~ share ~ ', (' ~ middle ~ ' + ' ~ spread
            ~ ') / ' ~ total ~ '))' -%}
    {%- endif -%}
    {{- return('case when ' ~ whole ~ ' > 0 then ' ~ bound ~ ' end') -}}
{% endmacro %}
