{#
    The name of an event as definitions ask for it: `search`, `search[platform=ios]`.
    Arguments: event; property, property_value, blank or null where all of them count.
#}
{% macro strata__event_code(event, property, property_value) %}
    {{- return(
        event ~ " || coalesce('[' || nullif(" ~ property ~ ", '') || '=' || "
        ~ property_value ~ " || ']', '')"
    ) -}}
{% endmacro %}
