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

{#
    The end of the doubles.
    Arguments: towards, up or down.
#}
{% macro strata__infinity(towards='up') %}
    {{- return(
        "cast('" ~ ('' if towards == 'up' else '-') ~ "infinity' as " ~ strata__type('double') ~ ')'
    ) -}}
{% endmacro %}
