{#
    What a condition asks, as a person reads it; of a share also the cut it came to.
    Arguments: rule, the alias of a row of `tier_review_conditions`.
#}
{% macro strata__asked(rule) %}
    {{- return(
        "concat_ws(' ', " ~ rule ~ '.operator, ' ~ strata__number_text(rule ~ '.low')
        ~ ', ' ~ strata__number_text(rule ~ '.high') ~ ', ' ~ rule ~ '.text_value, case when '
        ~ rule ~ ".threshold_mode != 'absolute' then 'of all = ' || "
        ~ strata__number_text('case when ' ~ rule ~ '.low is null then ' ~ rule ~ '.after_value else '
            ~ rule ~ '.first_value end')
        ~ ' end)'
    ) -}}
{% endmacro %}

{#
    The value that a condition looks at, as text; `unknown` where it is absent.
    Arguments: vectors, the alias of number_values and text_values; rule, the alias of
    a relation with number_position and text_position.
#}
{% macro strata__observed(vectors, rule) %}
    {{- return(
        'coalesce('
        ~ strata__number_text(
            strata__rounded(strata__element(vectors ~ '.number_values', rule ~ '.number_position'), 6))
        ~ ', ' ~ strata__element(vectors ~ '.text_values', rule ~ '.text_position')
        ~ ", 'unknown')"
    ) -}}
{% endmacro %}
