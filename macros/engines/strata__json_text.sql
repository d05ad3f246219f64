{#
    The value of a key of JSON text, as text; null if the key is absent, its value is
    null, or the text is no JSON.
    Arguments: json; key, text expressions.
#}
{% macro strata__json_text(json, key) %}
    {{- return(adapter.dispatch('strata__json_text', 'strata')(json, key)) -}}
{% endmacro %}

{% macro default__strata__json_text(json, key) %}
    {{- return(
        'case when json_valid(' ~ json ~ ') then json_extract_string(' ~ json ~ ", '$.\"' || "
        ~ key ~ " || '\"') end"
    ) -}}
{% endmacro %}

{% macro postgres__strata__json_text(json, key) %}
    {{- return(strata__function('json_text') ~ '(' ~ json ~ ', ' ~ key ~ ')') -}}
{% endmacro %}

{#- A reader of paths would not take every key. -#}
{% macro spark__strata__json_text(json, key) %}
    {{- return('from_json(' ~ json ~ ", 'map<string, string>')[" ~ key ~ ']') -}}
{% endmacro %}
