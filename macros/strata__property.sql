{#
    The value of a property that a rule names, as text; null if absent: a column of an
    event, an attribute of its person after `user.`, or else a key of its JSON. After
    `url.` an address without the marks it ends with; where nothing is left, `/`.
    Arguments: happening, user: aliases of metric_funnel_happenings and core_users;
    property, a text expression.
#}
{% macro strata__property(happening, user, property) %}
    {%- set columns = [
        'platform', 'page', 'product_id', 'content_id', 'referrer', 'traffic_source',
        'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term',
    ] -%}
    {%- set attributes = [
        'gender', 'city', 'region', 'country', 'language', 'timezone', 'signup_channel',
        'first_channel', 'first_platform',
    ] -%}
    {%- set cases = [] -%}
    {%- for column in columns -%}
        {%- do cases.append("when '" ~ column ~ "' then " ~ happening ~ '.' ~ column) -%}
    {%- endfor -%}
    {%- for column in attributes -%}
        {%- do cases.append("when 'user." ~ column ~ "' then " ~ user ~ '.' ~ column) -%}
    {%- endfor -%}
    {%- do cases.append(
        "when 'is_identified' then cast(" ~ happening ~ '.is_identified as varchar)'
    ) -%}
    {%- set address =
        'case substr(' ~ property ~ ", 5) when 'page' then " ~ happening ~ '.page'
        ~ " when 'referrer' then " ~ happening ~ '.referrer else '
        ~ strata__json_text(happening ~ '.properties', 'substr(' ~ property ~ ', 5)')
        ~ ' end'
    -%}
    {{- return(
        'case when ' ~ property ~ " like 'url.%' then case when " ~ address
        ~ " is not null then coalesce(nullif(trim(trailing '/?#' from " ~ address
        ~ "), ''), '/') end when " ~ property ~ ' is not null then case ' ~ property
        ~ ' ' ~ cases | join(' ') ~ ' else '
        ~ strata__json_text(happening ~ '.properties', property) ~ ' end end'
    ) -}}
{% endmacro %}
