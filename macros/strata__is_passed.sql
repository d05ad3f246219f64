{#
    Whether the as-of day passed a moment since the last settled build, on its way
    forward or back.
    Arguments: moment, a timestamp in UTC; shift, the alias of core_clock_shift.
    Why the bounds first: they are compared without a time zone, and leave few rows.
#}
{% macro strata__is_passed(moment, shift) %}
    {{- return(
        '(' ~ moment ~ ' >= cast(' ~ shift ~ '.after_date as timestamp)'
        ~ ' and ' ~ moment ~ ' < cast(' ~ strata__add_days(shift ~ '.until_date', 2) ~ ' as timestamp)'
        ~ ' and ' ~ strata__business_date(moment) ~ ' > ' ~ shift ~ '.after_date'
        ~ ' and ' ~ strata__business_date(moment) ~ ' <= ' ~ shift ~ '.until_date)'
    ) -}}
{% endmacro %}
