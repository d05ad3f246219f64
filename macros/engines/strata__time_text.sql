{#
    A timestamp as a text of 26 characters that sorts as the time does and casts back.
    Arguments: expression, a timestamp from the year 1000 on.
#}
{% macro strata__time_text(expression) %}
    {{- return(adapter.dispatch('strata__time_text', 'strata')(expression)) -}}
{% endmacro %}

{% macro default__strata__time_text(expression) %}
    {{- return("strftime(" ~ expression ~ ", '%Y-%m-%d %H:%M:%S.%f')") -}}
{% endmacro %}

{% macro postgres__strata__time_text(expression) %}
    {{- return("to_char(" ~ expression ~ ", 'YYYY-MM-DD HH24:MI:SS.US')") -}}
{% endmacro %}

{% macro spark__strata__time_text(expression) %}
    {{- return('date_format(' ~ expression ~ ", 'yyyy-MM-dd HH:mm:ss.SSSSSS')") -}}
{% endmacro %}
