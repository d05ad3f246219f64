{#
    A text in which every part that a regular expression finds is replaced.
    Arguments: expression, a text; regex and replacement, columns. The dialect is that of
    the engine.
#}
{% macro strata__replaced_text(expression, regex, replacement) %}
    {{- return(
        adapter.dispatch('strata__replaced_text', 'strata')(expression, regex, replacement)
    ) -}}
{% endmacro %}

{% macro default__strata__replaced_text(expression, regex, replacement) %}
    {{- return(
        'cast(regexp_replace(' ~ expression ~ ', ' ~ regex ~ ', ' ~ replacement
        ~ ", 'g') as varchar)"
    ) -}}
{% endmacro %}

{% macro spark__strata__replaced_text(expression, regex, replacement) %}
    {{- return('regexp_replace(' ~ expression ~ ', ' ~ regex ~ ', ' ~ replacement ~ ')') -}}
{% endmacro %}
