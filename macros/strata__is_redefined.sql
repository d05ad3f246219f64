{#
    Whether a model is made otherwise than at the last settled build: its SQL, what it
    reads, a rule or a setting; or a run that did not settle built
    something anew and hides what it was.
    Arguments: name, of the model.
    Returns: a condition; false in unit tests.
#}
{% macro strata__is_redefined(name) %}
    {%- if not execute or model.resource_type != 'model' -%} {{- return('false') -}} {%- endif -%}
    {%- if strata__state('models') is none -%} {{- return('true') -}} {%- endif -%}
    {%- set id = 'model.strata.' ~ name -%}
    {{- return(
        "(exists (select 1 from " ~ strata__state('models') ~ " as definitions"
        ~ " where definitions.fingerprint like 'anew%'"
        ~ " and definitions.fingerprint != 'anew " ~ invocation_id ~ "')"
        ~ " or not exists (select 1 from " ~ strata__state('models') ~ " as definitions"
        ~ " where definitions.name = '" ~ id ~ "'"
        ~ " and definitions.fingerprint = '" ~ strata__definitions()[id] ~ "'))"
    ) -}}
{% endmacro %}
