{#
    The features of a model in the order of its contract.
    Arguments: value_type, number or text; models, the names of the models, by default
    the snapshots.
    Returns: a list of column names; empty while parsing.
    Why from the contract: the vector and the positions in it cannot disagree.
#}
{% macro strata__feature_codes(value_type, models=['feat_user_snapshots']) %}
    {%- set codes = [] -%}
    {%- for name in models if execute -%}
        {%- for column in graph.nodes['model.strata.' ~ name].columns.values()
            if column.name not in ('user_key', 'as_of_date', 'is_current', 'is_month_end') -%}
            {%- set is_text = column.data_type in ('varchar', 'text', 'string') -%}
            {%- if is_text == (value_type == 'text') -%}
                {%- do codes.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(codes) -}}
{% endmacro %}
