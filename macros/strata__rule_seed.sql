{#
    The seed that holds a kind of rules: ours, or the one that `strata__rule_seeds` names.
    Arguments: name, of the rules, e.g. 'tiers' for strata__tiers.
    Only the staging views call it: logic that refs a seed by variable cannot be
    unit-tested where the variable is set.
#}
{% macro strata__rule_seed(name) %}
    {{- return(ref(var('strata__rule_seeds').get(name, 'strata__' ~ name))) -}}
{% endmacro %}
