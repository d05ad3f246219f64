{#
    Before a model is built, within its transaction: drops a table of its name that
    dbt was made to forget (strata__open_build), so that the new one takes its place.
    If the build fails, the old one is still there.
#}
{% macro strata__make_room() %}
    {%- if not execute or load_cached_relation(this) is not none -%} {{- return('') -}} {%- endif -%}
    {{- return(strata__drop_table(this)) -}}
{% endmacro %}
