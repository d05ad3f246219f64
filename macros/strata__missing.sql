{#
    What a condition asks and a person lacks, as a person reads it; null if it holds.
    Arguments: vectors, the alias of number_values and text_values; rule, the alias of a
    row of `tier_review_conditions`.
#}
{% macro strata__missing(vectors, rule) %}
    {%- set number = strata__element(vectors ~ '.number_values', rule ~ '.number_position') -%}
    {%- set shown = strata__number_text(number) -%}
    {%- set first = rule ~ '.first_value' -%}
    {{- return(
        'case when ' ~ strata__rule_holds(vectors, rule) ~ ' then null'
        ~ ' when ' ~ rule ~ ".form = 'inside' and " ~ rule ~ ".operator != 'gt' and "
        ~ number ~ ' < ' ~ first ~ ' then ' ~ rule ~ ".feature_code || ' needs ' || "
        ~ strata__number_text(strata__rounded(first ~ ' - ' ~ number, 6))
        ~ " || ' more (' || " ~ shown ~ " || ' of ' || " ~ strata__number_text(first) ~ " || ')'"
        ~ ' when ' ~ rule ~ ".form = 'inside' and " ~ rule ~ ".operator in ('lte', 'between') and "
        ~ rule ~ ".threshold_mode = 'absolute' and " ~ number ~ ' > ' ~ rule ~ '.high then ' ~ rule
        ~ ".feature_code || ' needs ' || " ~ strata__number_text(strata__rounded(number ~ ' - ' ~ rule ~ '.high', 6))
        ~ " || ' less (' || " ~ shown ~ " || ', at most ' || " ~ strata__number_text(rule ~ '.high') ~ " || ')'"
        ~ ' else ' ~ rule ~ ".feature_code || ' is ' || " ~ strata__observed(vectors, rule)
        ~ " || ' (' || " ~ strata__asked(rule) ~ " || ')' end"
    ) -}}
{% endmacro %}
