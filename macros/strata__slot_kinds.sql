{#
    How many conditions on numbers and on texts a rule group may have, and what a slot
    for one of them holds: {kind: {count, parts: {part: column of tag_conditions}}}.
    `strata check` refuses a group with more conditions than slots.
#}
{% macro strata__slot_kinds() %}
    {%- set shared = {'inside': 'is_inside', 'absent': 'absent_grade'} -%}
    {{- return({
        'number': {'count': 4, 'parts': dict(
            {'position': 'number_position', 'low': 'interval_low', 'high': 'interval_high'}, **shared
        )},
        'text': {'count': 2, 'parts': dict(
            {'position': 'text_position', 'value': 'compared_text'}, **shared
        )},
    }) -}}
{% endmacro %}
