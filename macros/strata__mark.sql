{#
    A mark of an advertisement as it is compared: trimmed, in lower case, `(none)` where
    it is absent or blank.
    Arguments: expression, a text.
#}
{% macro strata__mark(expression) %}
    {{- return("coalesce(nullif(lower(trim(" ~ expression ~ ")), ''), '(none)')") -}}
{% endmacro %}
