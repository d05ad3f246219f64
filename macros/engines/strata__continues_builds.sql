{#
    Whether a build continues the tables of the one before. Where it does not, each build
    is a first one: nothing is remembered of what stood.
#}
{% macro strata__continues_builds() %}
    {{- return(adapter.dispatch('strata__continues_builds', 'strata')()) -}}
{% endmacro %}

{% macro default__strata__continues_builds() %}
    {{- return(true) -}}
{% endmacro %}

{#- A table of plain files can be written anew, or added to, and that is all. -#}
{% macro spark__strata__continues_builds() %}
    {{- return(false) -}}
{% endmacro %}
