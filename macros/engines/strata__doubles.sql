{#
    The double next to a number.
    Arguments: number; towards, up (by default) or down.
    Why: with it every comparison is a closed interval, and rules need one form only.
#}
{% macro strata__next_double(number, towards='up') %}
    {{- return(adapter.dispatch('strata__next_double', 'strata')(number, towards)) -}}
{% endmacro %}

{% macro default__strata__next_double(number, towards) %}
    {{- return('nextafter(' ~ number ~ ', ' ~ strata__infinity(towards) ~ ')') -}}
{% endmacro %}

{#-
    What is added is less than a whole and more than half a step of the doubles, so it
    rounds to one step; beside zero it is the least double.
-#}
{% macro postgres__strata__next_double(number, towards) %}
    {%- set step = "(cast('1.1102230246251568e-16' as double precision) * abs(" ~ number
        ~ ") + cast('4.9406564584124654e-324' as double precision))" -%}
    {{- return('(' ~ number ~ (' + ' if towards == 'up' else ' - ') ~ step ~ ')') -}}
{% endmacro %}

{% macro spark__strata__next_double(number, towards) %}
    {{- return(postgres__strata__next_double(number, towards) | replace('double precision', 'double')) -}}
{% endmacro %}

{#
    The end of the doubles.
    Arguments: towards, up or down.
#}
{% macro strata__infinity(towards='up') %}
    {{- return(
        "cast('" ~ ('' if towards == 'up' else '-') ~ "infinity' as " ~ strata__type('double') ~ ')'
    ) -}}
{% endmacro %}

{#
    A double rounded to some decimal places.
    Arguments: number; places.
#}
{% macro strata__rounded(number, places) %}
    {{- return(adapter.dispatch('strata__rounded', 'strata')(number, places)) -}}
{% endmacro %}

{% macro default__strata__rounded(number, places) %}
    {{- return('round(' ~ number ~ ', ' ~ places ~ ')') -}}
{% endmacro %}

{% macro postgres__strata__rounded(number, places) %}
    {{- return(
        'cast(round(cast(' ~ number ~ ' as numeric), ' ~ places ~ ') as double precision)'
    ) -}}
{% endmacro %}

{#
    A double as a decimal: times a power of ten, as doubles are multiplied, and rounded.
    Arguments: number; precision; scale.
#}
{% macro strata__decimal(number, precision, scale) %}
    {{- return(adapter.dispatch('strata__decimal', 'strata')(number, precision, scale)) -}}
{% endmacro %}

{% macro default__strata__decimal(number, precision, scale) %}
    {{- return('cast(' ~ number ~ ' as decimal(' ~ precision ~ ', ' ~ scale ~ '))') -}}
{% endmacro %}

{#- A cast would keep 15 digits only. -#}
{% macro postgres__strata__decimal(number, precision, scale) %}
    {{- return(
        'cast(' ~ strata__function('decimal') ~ '(' ~ number ~ ', ' ~ scale ~ ') as numeric('
        ~ precision ~ ', ' ~ scale ~ '))'
    ) -}}
{% endmacro %}

{#-
    A cast would read the shortest text of the double, not the double. Whole doubles are
    exact as a number of 2^60 and a rest, which are both a bigint.
-#}
{% macro spark__strata__decimal(number, precision, scale) %}
    {%- set scaled = '(' ~ number ~ ' * 1e' ~ scale ~ ')' -%}
    {%- set whole = '(case when abs' ~ scaled ~ ' < 4503599627370496 then sign' ~ scaled ~ ' * cast(floor(abs'
        ~ scaled ~ ' + 0.5e0) as double) else ' ~ scaled ~ ' end)' -%}
    {%- set many = 'cast(' ~ whole ~ ' / 1152921504606846976e0 as bigint)' -%}
    {{- return(
        'cast(concat(cast(cast(' ~ many ~ ' as decimal(19, 0)) * cast(1152921504606846976 as decimal(19, 0)) + cast('
        ~ whole ~ ' - ' ~ many ~ ' * 1152921504606846976e0 as bigint) as string), \'E-' ~ scale ~ "') as decimal("
        ~ precision ~ ', ' ~ scale ~ '))'
    ) -}}
{% endmacro %}
