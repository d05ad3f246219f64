{#
    The features, or scores, of a model in the order of its contract.
    Arguments: value_type, number or text; model_name, whose columns they are.
    Returns: a list of column names; empty while parsing.
    Why from the contract: the vector and the positions in it cannot disagree.
#}
{% macro strata__feature_codes(value_type, model_name='feat_user_snapshots') %}
    {%- set codes = [] -%}
    {%- if execute -%}
        {%- set snapshots = graph.nodes['model.strata.' ~ model_name] -%}
        {%- for column in snapshots.columns.values()
            if column.name not in ('user_key', 'as_of_date', 'is_current', 'is_month_end') -%}
            {%- set is_text = column.data_type in ('varchar', 'text', 'string') -%}
            {%- if is_text == (value_type == 'text') -%}
                {%- do codes.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(codes) -}}
{% endmacro %}
