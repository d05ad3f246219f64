{#
    The number of standard deviations below which a normal value lies with a given
    probability, to sixteen digits (Wichura, 1988, algorithm AS 241).
    Arguments: probability, an expression from 0.5 to 0.9999999.
    Example: 0.975 gives 1.959964.
#}
{% macro strata__normal_quantile(probability) %}
    {%- set probability = '(' ~ probability ~ ')' -%}
    {%- set near = '(0.180625e0 - (' ~ probability ~ ' - 0.5e0) * (' ~ probability ~ ' - 0.5e0))' -%}
    {%- set far = '(sqrt(-ln(1e0 - ' ~ probability ~ ')) - 1.6e0)' -%}
    {{- return(
        'case when ' ~ probability ~ ' <= 0.925e0 then (' ~ probability ~ ' - 0.5e0) * '
        ~ strata__polynomial(near, [
            '2.5090809287301226727e3', '3.3430575583588128105e4', '6.7265770927008700853e4',
            '4.5921953931549871457e4', '1.3731693765509461125e4', '1.9715909503065514427e3',
            '1.3314166789178437745e2', '3.3871328727963666080e0',
        ]) ~ ' / ' ~ strata__polynomial(near, [
            '5.2264952788528545610e3', '2.8729085735721942674e4', '3.9307895800092710610e4',
            '2.1213794301586595867e4', '5.3941960214247511077e3', '6.8718700749205790830e2',
            '4.2313330701600911252e1', '1e0',
        ]) ~ ' else ' ~ strata__polynomial(far, [
            '7.74545014278341407640e-4', '2.27238449892691845833e-2',
            '2.41780725177450611770e-1', '1.27045825245236838258e0',
            '3.64784832476320460504e0', '5.76949722146069140550e0',
            '4.63033784615654529590e0', '1.42343711074968357734e0',
        ]) ~ ' / ' ~ strata__polynomial(far, [
            '1.05075007164441684324e-9', '5.47593808499534494600e-4',
            '1.51986665636164571966e-2', '1.48103976427480074590e-1',
            '6.89767334985100004550e-1', '1.67638483018380384940e0',
            '2.05319162663775882187e0', '1e0',
        ]) ~ ' end'
    ) -}}
{% endmacro %}

{#
    A polynomial.
    Arguments: x, an expression; coefficients, numbers as text, the highest power first.
#}
{% macro strata__polynomial(x, coefficients) %}
    {%- set sums = [coefficients[0]] -%}
    {%- for coefficient in coefficients[1:] -%}
        {%- do sums.append('(' ~ sums[-1] ~ ' * ' ~ x ~ ' + ' ~ coefficient ~ ')') -%}
    {%- endfor -%}
    {{- return(sums[-1]) -}}
{% endmacro %}
