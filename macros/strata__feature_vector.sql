{#
    The features of a snapshot packed into one array, by position.
    Arguments: relation, the alias of the snapshots; value_type, number or text;
    model_name, of the model whose columns they are.
#}
{% macro strata__feature_vector(relation, value_type, model_name='feat_user_snapshots') %}
    {%- set type = 'double' if value_type == 'number' else 'text' -%}
    {%- set values = [] -%}
    {%- for code in strata__feature_codes(value_type, model_name) -%}
        {%- do values.append('cast(' ~ relation ~ '.' ~ code ~ ' as ' ~ strata__type(type) ~ ')') -%}
    {%- endfor -%}
    {{- return(strata__array(values or ['cast(null as ' ~ strata__type(type) ~ ')'])) -}}
{% endmacro %}
