{#
    The features of a relation packed into one array, by position.
    Arguments: relation, its alias; value_type, number or text; models, as in
    strata__feature_codes.
#}
{% macro strata__feature_vector(relation, value_type, models=['feat_user_snapshots']) %}
    {%- set type = 'double' if value_type == 'number' else 'text' -%}
    {%- set values = [] -%}
    {%- for code in strata__feature_codes(value_type, models) -%}
        {%- do values.append('cast(' ~ relation ~ '.' ~ code ~ ' as ' ~ strata__type(type) ~ ')') -%}
    {%- endfor -%}
    {{- return(strata__array(values or ['cast(null as ' ~ strata__type(type) ~ ')'])) -}}
{% endmacro %}
