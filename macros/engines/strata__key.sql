{#
    A key from one or more text expressions: twelve characters, 72 bits of an MD5,
    the same on every engine; short enough for DuckDB to keep inline.
    Arguments: expressions, a list of non-null text expressions.
    Why not md5 as it is: 32 characters cost twice the time in joins and groups.
    Why not a number: 64 bits do not survive the JavaScript of BI tools.
#}
{% macro strata__key(expressions) %}
    {{- return(adapter.dispatch('strata__key', 'strata')(expressions)) -}}
{% endmacro %}

{% macro default__strata__key(expressions) %}
    {%- set text = expressions | join(" || chr(31) || ") -%}
    {{- return("translate(left(base64(unhex(md5(" ~ text ~ "))), 12), '+/', '-_')") -}}
{% endmacro %}

{% macro postgres__strata__key(expressions) %}
    {%- set text = expressions | join(" || chr(31) || ") -%}
    {{- return("translate(left(encode(decode(md5(" ~ text ~ "), 'hex'), 'base64'), 12), '+/', '-_')") -}}
{% endmacro %}
